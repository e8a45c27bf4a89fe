package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Linear;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Reorder;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.Optional;

/**
 * One linear operation with its function, forward and backward, for inputs of one shape. Kernels of
 * the backward pass are built when it first comes.
 */
final class LinearPass {
  private final Engine engine;
  private final Resources owner;
  private final Linear operation;
  private final Function toDerive;

  private final Memory input;
  private final Memory output;
  private final Memory weights;
  private final Memory bias;
  private final Kernel forward;
  private final Reorder forwardWeights;
  private final Memory linear;
  private final Kernel apply;
  private Backward backward;

  /**
   * Prepares the forward pass.
   *
   * @param operation with weights in any order, or in that of {@code weightLayout}
   * @param weightLayout where the stored weights lie
   * @param toDerive the function, or the identity if the gradients by the output come multiplied by
   *     its derivative
   */
  LinearPass(
      Engine engine,
      Resources owner,
      Linear operation,
      Layout weightLayout,
      Function function,
      Function toDerive) {
    this.engine = engine;
    this.owner = owner;
    this.operation = operation;
    this.toDerive = toDerive;
    boolean fused = function.isDerivedFromOutput();
    forward = operation.forward(engine, owner, fused ? function : Function.IDENTITY);
    input = engine.window(owner, operation.source());
    output = engine.window(owner, operation.destination());
    weights = engine.window(owner, weightLayout);
    bias = operation.bias() ? engine.window(owner, operation.biases()) : null;
    Memory arranged = arranged(forward.layout(Argument.WEIGHTS));
    forwardWeights = arranged == weights ? null : engine.reorder(owner, weights, arranged);
    linear = fused ? output : engine.memory(owner, operation.destination());
    apply =
        fused
            ? null
            : function
                .forward(engine, owner, operation.destination())
                .with(Argument.SRC, linear)
                .with(Argument.DST, output);
    forward.with(Argument.SRC, input).with(Argument.WEIGHTS, arranged).with(Argument.DST, linear);
    if (bias != null) {
      forward.with(Argument.BIAS, bias);
    }
  }

  /** Computes the output; all are native addresses. */
  void forward(long x, long w, long b, long y) {
    input.at(x);
    weights.at(w);
    if (bias != null) {
      bias.at(b);
    }
    output.at(y);
    if (forwardWeights != null) {
      forwardWeights.run();
    }
    forward.run();
    if (apply != null) {
      apply.run();
    }
  }

  /**
   * Computes the gradients of the pass that was forward last; all are native addresses.
   *
   * @param y what was put out
   * @param dy the gradient by it
   * @param dx where the gradient by the input goes, or 0 if nobody needs it
   * @param dw where the gradient by the weights goes
   * @param db where the gradient by the bias goes, or 0
   */
  void backward(long x, long w, long y, long dy, long dx, long dw, long db) {
    if (backward == null) {
      backward = new Backward();
    }
    input.at(x);
    weights.at(w);
    output.at(y);
    backward.run(dy, dx, dw, db);
  }

  /** The stored weights where they lie as the kernel wants them, else memory for a copy. */
  private Memory arranged(Layout wanted) {
    return wanted.matches(weights.layout()) ? weights : engine.memory(owner, wanted);
  }

  private final class Backward {
    private final Memory outputGradient = engine.window(owner, operation.destination());
    private final Memory linearGradient;
    private final Kernel derivative;
    private final Memory weightGradient = engine.window(owner, weights.layout());
    private final Memory biasGradient;
    private final Kernel byWeights;
    private final Reorder weightGradientBack;
    private ByInput byInput;

    Backward() {
      boolean linearFunction = toDerive == Function.IDENTITY;
      linearGradient =
          linearFunction ? outputGradient : engine.window(owner, operation.destination());
      derivative =
          linearFunction
              ? null
              : toDerive
                  .backward(engine, owner, operation.destination())
                  .with(toDerive.derivedAt(), linear)
                  .with(Argument.DIFF_DST, outputGradient)
                  .with(Argument.DIFF_SRC, linearGradient);
      byWeights = operation.backwardWeights(engine, owner, forward);
      Layout wanted = byWeights.layout(Argument.DIFF_WEIGHTS);
      boolean asStored = wanted.matches(weights.layout());
      Memory arranged = asStored ? weightGradient : engine.memory(owner, wanted);
      weightGradientBack = asStored ? null : engine.reorder(owner, arranged, weightGradient);
      biasGradient = bias == null ? null : engine.window(owner, bias.layout());
      byWeights
          .with(Argument.SRC, input)
          .with(Argument.DIFF_DST, linearGradient)
          .with(Argument.DIFF_WEIGHTS, arranged);
      if (bias != null) {
        byWeights.with(Argument.DIFF_BIAS, biasGradient);
      }
    }

    void run(long dy, long dx, long dw, long db) {
      outputGradient.at(dy);
      if (derivative != null) {
        linearGradient.at(engine.temporary(operation.destination().bytes()));
        derivative.run();
      }
      weightGradient.at(dw);
      if (biasGradient != null) {
        biasGradient.at(db);
      }
      byWeights.run();
      if (weightGradientBack != null) {
        weightGradientBack.run();
      }
      if (dx != 0) {
        if (byInput == null) {
          byInput = new ByInput(linearGradient);
        }
        byInput.run(dx);
      }
    }
  }

  private final class ByInput {
    private final Memory inputGradient = engine.window(owner, input.layout());
    private final Kernel kernel;
    private final Runnable weightsForIt;

    ByInput(Memory linearGradient) {
      Optional<Kernel> turned = turned();
      if (turned.isPresent()) {
        kernel = turned.get();
        RotatedWeights copy =
            new RotatedWeights(engine, owner, weights, kernel.layout(Argument.WEIGHTS));
        weightsForIt = copy::run;
        kernel
            .with(Argument.SRC, linearGradient)
            .with(Argument.WEIGHTS, copy.turned())
            .with(Argument.DST, inputGradient);
        return;
      }
      kernel = operation.backwardData(engine, owner, forward);
      Memory arranged = arranged(kernel.layout(Argument.WEIGHTS));
      weightsForIt = arranged == weights ? () -> {} : engine.reorder(owner, weights, arranged)::run;
      kernel
          .with(Argument.DIFF_DST, linearGradient)
          .with(Argument.WEIGHTS, arranged)
          .with(Argument.DIFF_SRC, inputGradient);
    }

    private Optional<Kernel> turned() {
      if (!weights.layout().matches(Layout.rowMajor(weights.layout().shape()))) {
        return Optional.empty();
      }
      return operation
          .turned()
          .map(convolution -> convolution.forward(engine, owner, Function.IDENTITY))
          .filter(Kernel::isOutputsOnly);
    }

    void run(long dx) {
      weightsForIt.run();
      inputGradient.at(dx);
      kernel.run();
    }
  }
}
