package dev.convoy.data.spark;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;
import scala.Tuple2;

/**
 * Messages and blocks of bytes between the processes of a Spark application, over Spark's network
 * library. They are authenticated and encrypted if Spark's own traffic is ({@code
 * spark.authenticate}, {@code spark.network.crypto.enabled}).
 *
 * <p>A process listens on a free port of the address that Spark has given it, or, if {@value #PORT}
 * is set, on that port or one of the next ({@code spark.port.maxRetries}). A connection carries
 * traffic in both directions, so a process can answer one that it cannot reach. What is sent over
 * one connection arrives in the order sent.
 */
public final class PeerNetwork implements AutoCloseable {
  /** Spark setting of the port to listen on; 0, the default, means any free port. */
  public static final String PORT = "spark.convoy.port";

  private static final String MODULE = "convoy";

  private final Map<TransportClient, Peer> peers = new ConcurrentHashMap<>();
  private final Receiver receiver;
  private final TransportContext context;
  private final TransportServer server;
  private final TransportClientFactory clients;
  private final String host;

  /**
   * Receives what other processes send. It is called on threads of the network, which it must not
   * block.
   */
  public interface Receiver {
    /** Called with a message. */
    void message(Peer from, ByteBuffer body);

    /**
     * Called when a block begins.
     *
     * @return takes the bytes of the block
     */
    Block block(Peer from, ByteBuffer header);

    /** Called when a connection has ended, whoever has ended it. */
    void disconnected(Peer peer);
  }

  /** Takes the bytes of a block as they arrive. */
  public interface Block {
    /** Called with the next bytes, which are valid during the call. */
    void bytes(ByteBuffer next);

    /** Called after the last bytes. */
    void complete();
  }

  private PeerNetwork(Receiver receiver, SparkEnv env) {
    this.receiver = receiver;
    SparkConf conf = env.conf();
    TransportConf transport = new TransportConf(MODULE, new MapConfigProvider(settings(conf)));
    List<TransportServerBootstrap> serverBootstraps = new ArrayList<>();
    List<TransportClientBootstrap> clientBootstraps = new ArrayList<>();
    SecurityManager security = env.securityManager();
    if (security.isAuthenticationEnabled()) {
      serverBootstraps.add(new AuthServerBootstrap(transport, security));
      clientBootstraps.add(new AuthClientBootstrap(transport, conf.getAppId(), security));
    }
    this.host = env.blockManager().blockManagerId().host();
    this.context = new TransportContext(transport, new Handler());
    this.clients = context.createClientFactory(clientBootstraps);
    this.server = listen(address(conf, env), conf, serverBootstraps);
  }

  /** Listens on the port of the settings, or on a later one if that is taken, as Spark does. */
  private TransportServer listen(
      String address, SparkConf conf, List<TransportServerBootstrap> bootstraps) {
    int first = conf.getInt(PORT, 0);
    int last = first == 0 ? 0 : first + conf.getInt("spark.port.maxRetries", 16);
    for (int port = first; port < last; port++) {
      try {
        return context.createServer(address, port, bootstraps);
      } catch (Exception e) {
        if (!(e instanceof BindException)) {
          throw e;
        }
      }
    }
    return context.createServer(address, last, bootstraps);
  }

  /** The driver may listen on another address than the one that it is known by. */
  private String address(SparkConf conf, SparkEnv env) {
    return env.executorId().equals("driver") ? conf.get("spark.driver.bindAddress", host) : host;
  }

  private static Map<String, String> settings(SparkConf conf) {
    Map<String, String> settings = new HashMap<>();
    // A thread for each core is enough, as for Spark's own transfers.
    String threads = Integer.toString(Math.min(8, Runtime.getRuntime().availableProcessors()));
    settings.put("spark." + MODULE + ".io.serverThreads", threads);
    settings.put("spark." + MODULE + ".io.clientThreads", threads);
    for (Tuple2<String, String> setting : conf.getAll()) {
      settings.put(setting._1(), setting._2());
    }
    return settings;
  }

  /**
   * Listens in this process, in which Spark must be running.
   *
   * @param receiver of everything that arrives
   */
  public static PeerNetwork open(Receiver receiver) {
    return new PeerNetwork(receiver, SparkEnv.get());
  }

  /** Returns the host name or address by which other processes reach this one. */
  public String host() {
    return host;
  }

  /** Returns the port that this process listens on. */
  public int port() {
    return server.getPort();
  }

  /**
   * Connects to another process.
   *
   * @throws UncheckedIOException if it cannot be reached
   */
  public Peer connect(String peerHost, int peerPort) {
    try {
      return peer(clients.createUnmanagedClient(peerHost, peerPort));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot connect to "
              + peerHost
              + ":"
              + peerPort
              + ": "
              + e.getMessage()
              + " (the driver and all executors must reach each other: open "
              + PORT
              + " between them, or set engine.rounds to jobs)",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while connecting to " + peerHost, e);
    }
  }

  private Peer peer(TransportClient client) {
    return peers.computeIfAbsent(client, Peer::new);
  }

  /** Ends all connections and stops listening. */
  @Override
  public void close() {
    peers.values().forEach(Peer::close);
    clients.close();
    server.close();
    context.close();
  }

  /** A connection to another process. */
  public static final class Peer implements Closeable {
    private final TransportClient client;

    private Peer(TransportClient client) {
      this.client = client;
    }

    /** Sends a message. A failure is reported as a disconnection. */
    public void send(byte[] message) {
      client.send(ByteBuffer.wrap(message));
    }

    /**
     * Sends a block.
     *
     * @param done called with null when it has arrived, or with the failure
     */
    public void sendBlock(byte[] header, ByteBuffer block, Consumer<Throwable> done) {
      client.uploadStream(
          new NioManagedBuffer(ByteBuffer.wrap(header)),
          new NioManagedBuffer(block),
          new RpcResponseCallback() {
            @Override
            public void onSuccess(ByteBuffer response) {
              done.accept(null);
            }

            @Override
            public void onFailure(Throwable failure) {
              done.accept(failure);
            }
          });
    }

    @Override
    public void close() {
      client.close();
    }

    @Override
    public String toString() {
      return String.valueOf(client.getSocketAddress()).replaceFirst("^[^/]*/", "");
    }
  }

  /** Hands over what arrives. */
  private final class Handler extends RpcHandler {
    private final StreamManager none = new OneForOneStreamManager();

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      callback.onFailure(new UnsupportedOperationException("only one-way messages are understood"));
    }

    @Override
    public void receive(TransportClient client, ByteBuffer message) {
      receiver.message(peer(client), message);
    }

    @Override
    public StreamCallbackWithID receiveStream(
        TransportClient client, ByteBuffer header, RpcResponseCallback callback) {
      Block block = receiver.block(peer(client), header);
      return new StreamCallbackWithID() {
        @Override
        public String getID() {
          return "block";
        }

        @Override
        public void onData(String id, ByteBuffer bytes) {
          block.bytes(bytes);
        }

        @Override
        public void onComplete(String id) {
          block.complete();
        }

        @Override
        public void onFailure(String id, Throwable cause) {
          // The connection is lost, which is reported by channelInactive.
        }
      };
    }

    @Override
    public StreamManager getStreamManager() {
      return none;
    }

    @Override
    public void channelInactive(TransportClient client) {
      Peer peer = peers.remove(client);
      if (peer != null) {
        receiver.disconnected(peer);
      }
    }
  }
}
