package dev.convoy.worker.replica;

/**
 * The arrays that hold the trained vectors of one replica from round to round. A result of {@link
 * LocalTraining} refers to them, so it must be used before the replica's next round.
 */
public final class ReplicaBuffers {
  private float[] parameters = new float[0];
  private float[] updaterState = new float[0];

  float[] parameters() {
    return parameters;
  }

  float[] updaterState() {
    return updaterState;
  }

  void keep(float[] trained, float[] state) {
    parameters = trained;
    updaterState = state;
  }
}
