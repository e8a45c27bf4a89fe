package dev.convoy.driver.train.exchange;

import dev.convoy.data.spark.PeerNetwork;
import dev.convoy.data.spark.PeerNetwork.Peer;
import dev.convoy.driver.train.exchange.Message.Start;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** The executors of a job, with the connections from one of them to the others. */
final class Members implements RoundExchange.Group {
  private final Start start;
  private final BlockSender sender;
  private final List<Peer> peers = new ArrayList<>();

  Members(Start start, PeerNetwork network, BlockSender sender) {
    this.start = start;
    this.sender = sender;
    for (int rank = 0; rank < start.members().size(); rank++) {
      Address address = start.members().get(rank);
      peers.add(rank == start.rank() ? null : network.connect(address.host(), address.port()));
    }
  }

  @Override
  public int rank() {
    return start.rank();
  }

  @Override
  public List<SortedSet<Integer>> replicas() {
    return start.replicas();
  }

  @Override
  public void send(int to, Message message) {
    peers.get(to).send(message.toBytes());
  }

  @Override
  public void send(int to, BlockHeader header, ByteBuffer block, Runnable sent) {
    sender.send(peers.get(to), start.members().get(to), header, block, sent);
  }

  Optional<Address> addressOf(Peer peer) {
    int rank = peers.indexOf(peer);
    return rank < 0 ? Optional.empty() : Optional.of(start.members().get(rank));
  }
}
