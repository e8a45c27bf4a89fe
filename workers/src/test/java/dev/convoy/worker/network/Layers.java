package dev.convoy.worker.network;

import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Training;

/** Layers as the definition language makes them where only the usual is said. */
public final class Layers {
  private Layers() {}

  public static Conv conv(
      String name,
      int maps,
      Size kernel,
      Size stride,
      Padding padding,
      boolean bias,
      Activation activation) {
    Training training = Training.usual(activation);
    return new Conv(name, maps, kernel, stride, Size.ONE, padding, bias, activation, training);
  }

  public static Pool pool(String name, PoolType type, Size size, Size stride, Padding padding) {
    return new Pool(name, type, 2, size, stride, padding);
  }

  public static Dense dense(String name, int units, boolean bias, Activation activation) {
    return new Dense(name, units, bias, activation, Training.usual(activation));
  }

  public static Output output(String name) {
    return new Output(name, 0, Training.usual(Activation.IDENTITY));
  }
}
