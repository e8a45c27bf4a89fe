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
 * A linear operation with its activation function, forward and backward, for inputs of one shape.
 * Kernels of the backward pass are built when it first runs.
 */
final class LinearPass {
  private final Engine engine;
  private final Resources owner;
  private final Linear operation;
  private final Function differentiated;

  private final Memory input;
  private final Memory output;
  private final Memory weights;
  private final Memory bias;
  private final Kernel forward;
  private final Reorder forwardWeights;
  private final Memory linear;
  private final Kernel apply;
  private final Lazy<Backward> backward = new Lazy<>(Backward::new);

  /**
   * Prepares the forward pass.
   *
   * @param operation the operation, with weights of any layout or of {@code weightLayout}
   * @param weightLayout layout of the stored weights
   * @param differentiated function whose derivative the backward pass applies: {@code function}, or
   *     the identity if the output gradient already contains it
   */
  LinearPass(
      Engine engine,
      Resources owner,
      Linear operation,
      Layout weightLayout,
      Function function,
      Function differentiated) {
    this.engine = engine;
    this.owner = owner;
    this.operation = operation;
    this.differentiated = differentiated;
    boolean fused = function.isDerivedFromOutput();
    forward = operation.forward(engine, owner, fused ? function : Function.IDENTITY);
    input = engine.view(owner, operation.source());
    output = engine.view(owner, operation.destination());
    weights = engine.view(owner, weightLayout);
    bias = operation.bias() ? engine.view(owner, operation.biases()) : null;
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

  /** Computes the output. Arguments are native addresses. */
  void forward(long x, long w, long b, long y) {
    input.setAddress(x);
    weights.setAddress(w);
    if (bias != null) {
      bias.setAddress(b);
    }
    output.setAddress(y);
    if (forwardWeights != null) {
      forwardWeights.run();
    }
    forward.run();
    if (apply != null) {
      apply.run();
    }
  }

  /**
   * Computes the gradients of the last forward pass. Arguments are native addresses.
   *
   * @param y output of that pass
   * @param dy gradient with respect to the output
   * @param dx receives the gradient with respect to the input, or 0 if it is not needed
   * @param dw receives the gradient with respect to the weights
   * @param db receives the gradient with respect to the bias, or 0
   */
  void backward(long x, long w, long y, long dy, long dx, long dw, long db) {
    input.setAddress(x);
    weights.setAddress(w);
    output.setAddress(y);
    backward.get().run(dy, dx, dw, db);
  }

  /** Returns the stored weights if they have the required layout, else memory for a copy. */
  private Memory arranged(Layout wanted) {
    return wanted.matches(weights.layout()) ? weights : engine.memory(owner, wanted);
  }

  private final class Backward {
    private final Memory outputGradient = engine.view(owner, operation.destination());
    private final Memory linearGradient;
    private final Kernel derivative;
    private final Memory weightGradient = engine.view(owner, weights.layout());
    private final Memory biasGradient;
    private final Kernel weightKernel;
    private final Reorder weightGradientBack;
    private final Lazy<InputGradient> inputGradient;

    Backward() {
      boolean linearFunction = differentiated == Function.IDENTITY;
      linearGradient =
          linearFunction ? outputGradient : engine.view(owner, operation.destination());
      inputGradient = new Lazy<>(() -> new InputGradient(linearGradient));
      derivative =
          linearFunction
              ? null
              : differentiated
                  .backward(engine, owner, operation.destination())
                  .with(differentiated.derivativeArgument(), linear)
                  .with(Argument.DIFF_DST, outputGradient)
                  .with(Argument.DIFF_SRC, linearGradient);
      weightKernel = operation.backwardWeights(engine, owner, forward);
      Layout wanted = weightKernel.layout(Argument.DIFF_WEIGHTS);
      boolean asStored = wanted.matches(weights.layout());
      Memory arranged = asStored ? weightGradient : engine.memory(owner, wanted);
      weightGradientBack = asStored ? null : engine.reorder(owner, arranged, weightGradient);
      biasGradient = bias == null ? null : engine.view(owner, bias.layout());
      weightKernel
          .with(Argument.SRC, input)
          .with(Argument.DIFF_DST, linearGradient)
          .with(Argument.DIFF_WEIGHTS, arranged);
      if (bias != null) {
        weightKernel.with(Argument.DIFF_BIAS, biasGradient);
      }
    }

    void run(long dy, long dx, long dw, long db) {
      outputGradient.setAddress(dy);
      if (derivative != null) {
        linearGradient.setAddress(engine.temporary(operation.destination().bytes()));
        derivative.run();
      }
      weightGradient.setAddress(dw);
      if (biasGradient != null) {
        biasGradient.setAddress(db);
      }
      weightKernel.run();
      if (weightGradientBack != null) {
        weightGradientBack.run();
      }
      if (dx != 0) {
        inputGradient.get().run(dx);
      }
    }
  }

  private final class InputGradient {
    private final Memory inputGradient = engine.view(owner, input.layout());
    private final Kernel kernel;
    private final Runnable prepareWeights;

    InputGradient(Memory linearGradient) {
      Optional<Kernel> rotated = rotated();
      if (rotated.isPresent()) {
        kernel = rotated.get();
        RotatedWeights copy =
            new RotatedWeights(engine, owner, weights, kernel.layout(Argument.WEIGHTS));
        prepareWeights = copy::run;
        kernel
            .with(Argument.SRC, linearGradient)
            .with(Argument.WEIGHTS, copy.rotated())
            .with(Argument.DST, inputGradient);
        return;
      }
      kernel = operation.backwardData(engine, owner, forward);
      Memory arranged = arranged(kernel.layout(Argument.WEIGHTS));
      prepareWeights =
          arranged == weights ? () -> {} : engine.reorder(owner, weights, arranged)::run;
      kernel
          .with(Argument.DIFF_DST, linearGradient)
          .with(Argument.WEIGHTS, arranged)
          .with(Argument.DIFF_SRC, inputGradient);
    }

    private Optional<Kernel> rotated() {
      if (!weights.layout().matches(Layout.rowMajor(weights.layout().shape()))) {
        return Optional.empty();
      }
      return operation
          .rotated()
          .map(convolution -> convolution.forward(engine, owner, Function.IDENTITY))
          .filter(Kernel::isForwardOnly);
    }

    void run(long dx) {
      prepareWeights.run();
      inputGradient.setAddress(dx);
      kernel.run();
    }
  }
}
