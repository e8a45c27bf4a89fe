package dev.convoy.worker.network.program;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A network that scores a fixed number of images at once, step by step, in memory of its own that
 * is laid out beforehand. It belongs to the thread of its engine.
 */
final class Program {
  /**
   * What the values of the images that are scored at once may take: half of the second-level cache
   * of a server's core. Measured on one with 2 MiB, in images a second for 4, 8, 16 and 32 at once:
   * lenet 6,450, 7,220, 7,270 and 7,180; resnet-8 8,390, 8,410, 8,050 and 7,180; small-inception
   * 12,400, 12,530, 12,210 and 11,030. A network on 224×224×3 pixels, of 2 MiB an image: 290 for 1,
   * 320 for 2, 310 for 4, 270 for 8.
   */
  private static final long CACHED_BYTES = 1L << 20;

  private static final int FEWEST = 2;
  private static final int MOST = 64;

  private final int images;
  private final int imageFloats;
  private final int labels;
  private final Window image = new Window();
  private final Window logits = new Window();
  private final Window given = new Window();
  private final List<Runnable> loading;
  private final List<Runnable> running;
  private int version = -1;

  /** A pointer that can be set. */
  private static final class Window extends FloatPointer {
    Window at(long where) {
      address = where;
      return this;
    }
  }

  /**
   * Builds it.
   *
   * @param owner of all that it makes
   * @param images at least 1
   */
  Program(
      Engine engine,
      Resources owner,
      Tracing.Steplist list,
      int labels,
      int images,
      Programs.Stored stored) {
    this.images = images;
    this.imageFloats = list.image().shape().size();
    this.labels = labels;
    Arena arena = new Arena(list, images);
    Memory memory = engine.memory(owner, Layout.rowMajor(arena.bytes() / Float.BYTES));
    Building building = new Building(engine, owner, images, arena, memory, stored);
    list.steps().forEach(step -> step.build(building));
    image.at(building.memory(list.image()).address());
    logits.at(building.memory(list.logits()).address());
    loading = building.loading();
    running = building.running();
  }

  /** How many images are best scored at once. */
  static int usualImages(Tracing.Steplist list) {
    long fitting = CACHED_BYTES / new Arena(list, 1).bytes();
    return (int) Math.max(FEWEST, Math.min(MOST, Long.highestOneBit(fitting)));
  }

  int images() {
    return images;
  }

  /** Takes over stored values, unless it has those of that version. */
  void load(int current) {
    if (version != current) {
      loading.forEach(Runnable::run);
      version = current;
    }
  }

  /**
   * Scores.
   *
   * @param from native address of {@code n} images {@code (height, width, channels)}
   * @param n from 1 to {@link #images}; what the others put out is not read
   * @param to row-major {@code (n, labels)}: gets the probabilities
   * @param first where they begin
   */
  void run(long from, int n, float[] to, int first) {
    Pointer.memcpy(image, given.at(from), (long) Float.BYTES * n * imageFloats);
    running.forEach(Runnable::run);
    logits.get(to, first, n * labels);
    for (int i = 0; i < n; i++) {
      softmax(to, first + i * labels);
    }
  }

  private void softmax(float[] values, int first) {
    double most = values[first];
    for (int i = 1; i < labels; i++) {
      most = Math.max(most, values[first + i]);
    }
    double sum = 0;
    for (int i = 0; i < labels; i++) {
      sum += Math.exp(values[first + i] - most);
    }
    for (int i = 0; i < labels; i++) {
      values[first + i] = (float) (Math.exp(values[first + i] - most) / sum);
    }
  }
}
