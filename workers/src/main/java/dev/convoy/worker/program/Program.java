package dev.convoy.worker.program;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;

/**
 * The forward pass of a network on a fixed number of images at once, step by step, in memory that
 * is allocated and laid out beforehand. Only the thread of its engine may use it.
 */
final class Program {
  private final Schedule schedule;
  private final int imageFloats;
  private final int outputs;
  private final Memory image;
  private final FloatView entry = new FloatView();
  private final FloatView output = new FloatView();
  private final FloatView source = new FloatView();
  private final List<ProgramPart> parts = new ArrayList<>();
  private int version = -1;

  /**
   * Allocates the memory and builds the kernels.
   *
   * @param owner owns all native objects of the program
   * @param images number of images at once, at least 1
   */
  Program(
      Engine engine, Resources owner, Lowering.StepList list, int images, Programs.Stored stored) {
    this(engine, owner, list, Schedule.of(list, images), stored, Optional.empty());
  }

  /**
   * Creates a program that computes one image at a time and tells the values of every step.
   *
   * @param list steps in float32
   */
  static Program observed(
      Engine engine,
      Resources owner,
      Lowering.StepList list,
      Programs.Stored stored,
      ValueRanges ranges) {
    int[] single = new int[list.steps().size()];
    Arrays.fill(single, 1);
    return new Program(engine, owner, list, new Schedule(single), stored, Optional.of(ranges));
  }

  private Program(
      Engine engine,
      Resources owner,
      Lowering.StepList list,
      Schedule schedule,
      Programs.Stored stored,
      Optional<ValueRanges> ranges) {
    this.schedule = schedule;
    this.imageFloats = list.image().shape().size();
    this.outputs = list.output().shape().size();
    Arena arena = new Arena(list, schedule);
    Memory memory = engine.memory(owner, Layout.rowMajor(arena.bytes() / Float.BYTES));
    for (Schedule.Part planned : schedule.parts()) {
      ProgramPart part =
          new ProgramPart(
              engine, owner, planned.images(), arena, memory, stored, list.arithmetic());
      ranges.filter(any -> parts.isEmpty()).ifPresent(one -> part.observe(list.image(), one));
      for (Step step : list.steps().subList(planned.first(), planned.end())) {
        step.build(part);
        ranges.ifPresent(one -> part.observe(step.output(), one));
      }
      parts.add(part);
    }
    image = parts.get(0).memory(list.image());
    output.setAddress(parts.get(parts.size() - 1).memory(list.output()).address());
  }

  int images() {
    return schedule.images();
  }

  /** Loads the stored values, unless those of that version are loaded. */
  void load(int current) {
    if (version != current) {
      parts.forEach(ProgramPart::load);
      version = current;
    }
  }

  /**
   * Computes the outputs of images.
   *
   * @param from native address of {@code n} images {@code (height, width, channels)}
   * @param n number of images, 1 to {@link #images}; outputs beyond it are not read
   * @param to receives the values of the last step for each image, channels-last
   * @param first index of the first value
   */
  void run(long from, int n, float[] to, int first) {
    int few = parts.get(0).images();
    for (int done = 0; done < n; done += few) {
      enter(from, done, Math.min(few, n - done));
      for (ProgramPart part : parts) {
        runIfComplete(part, done + few, n);
      }
    }
    output.get(to, first, n * outputs);
  }

  private void enter(long from, int first, int count) {
    parts.get(0).moveTo(first);
    long imageBytes = (long) Float.BYTES * imageFloats;
    Pointer.memcpy(
        entry.setAddress(image.address()),
        source.setAddress(from + first * imageBytes),
        count * imageBytes);
  }

  /** Runs a part if it has all of its images, or if there are no more images. */
  private static void runIfComplete(ProgramPart part, int done, int n) {
    if (done % part.images() == 0 || done >= n) {
      part.moveTo((done - 1) / part.images() * part.images());
      part.run();
    }
  }
}
