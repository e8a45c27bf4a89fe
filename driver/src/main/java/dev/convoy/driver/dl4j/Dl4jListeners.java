package dev.convoy.driver.dl4j;

import dev.convoy.worker.dl4j.Dl4jModel;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;

/** The DL4J listeners of one network, called on the driver during a fit. */
final class Dl4jListeners implements Dl4jFit.Follower {
  private final Model model;
  private final Set<TrainingListener> listeners = new LinkedHashSet<>();

  /**
   * Combines the listeners of a training master and of a network.
   *
   * @param ofMaster listeners of the training master, called first
   * @param ofNetwork listeners of the network, or null
   */
  Dl4jListeners(
      Model model, Collection<TrainingListener> ofMaster, Collection<TrainingListener> ofNetwork) {
    this.model = model;
    listeners.addAll(ofMaster);
    if (ofNetwork != null) {
      listeners.addAll(ofNetwork);
    }
  }

  @Override
  public boolean isFollowed() {
    return !listeners.isEmpty();
  }

  @Override
  public void started() {
    listeners.forEach(listener -> listener.onEpochStart(model));
  }

  @Override
  public void roundDone(Dl4jModel network) {
    listeners.forEach(listener -> listener.iterationDone(model, network.steps(), network.epochs()));
  }

  @Override
  public void ended() {
    listeners.forEach(listener -> listener.onEpochEnd(model));
  }
}
