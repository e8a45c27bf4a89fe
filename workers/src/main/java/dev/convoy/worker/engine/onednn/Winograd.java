package dev.convoy.worker.engine.onednn;

import java.util.Optional;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A 3×3 convolution by Winograd's algorithm F(4×4, 3×3), which takes 36 products for 16 outputs
 * instead of 144 (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015). Its
 * rounding errors are larger than those of a direct convolution, and a sum of zeros may be a
 * rounding error instead of 0.
 *
 * <p>oneDNN implements it only for float32, AVX-512 and blocked memory. Inputs and outputs, which
 * are channels-last, are therefore copied to blocked memory and back, a few images at a time.
 */
final class Winograd extends Kernel {
  /** Rows and columns of outputs that are computed together. */
  private static final long TILE = 4;

  /** Channels in a block of oneDNN's blocked layout. */
  private static final long BLOCK = 16;

  /**
   * Number of input and output maps from which it is faster than a direct convolution, if the tiles
   * cover exactly the image. If they cover more, it grows in proportion. Measured with AVX-512,
   * including the copies.
   */
  private static final double MIN_MAPS = 40;

  /**
   * Number of tiles of a training batch from which it is faster, although the weights are
   * transformed in every pass.
   */
  private static final long MIN_TRAINING_TILES = 128;

  /**
   * Number of tiles that are computed at once: few enough for the caches, many enough to amortise
   * the transform of training weights.
   */
  private static final long CHUNK_TILES = 512;

  /**
   * Pairs of input and output maps per tile of the images that are scored at once, up to which it
   * is faster. Transformed weights are four times as large (9.4 MB for 256×256 maps) and are read
   * in every run.
   */
  private static final long MAX_SCORING_PAIRS = 1L << 12;

  /** Limit of the blocked copies in bytes: an input and an output of 64 maps of 362×362. */
  private static final long MAX_COPY_BYTES = 1L << 26;

  private final Engine engine;
  private final Resources owner;
  private final ConvolutionKernel whole;
  private final ConvolutionKernel chunk;
  private final long images;
  private final boolean accumulates;
  private final Memory blockedSource;
  private final Memory blockedDestination;
  private Memory source;
  private Memory destination;
  private Copies copies;

  /** The copies between the channels-last memory of one chunk of images and the blocked memory. */
  private record Copies(
      Memory source,
      Reorder loadSource,
      Memory destination,
      Reorder loadDestination,
      Reorder storeDestination) {
    void setAddresses(long sourceAddress, long destinationAddress) {
      source.setAddress(sourceAddress);
      destination.setAddress(destinationAddress);
    }
  }

  private Winograd(
      Engine engine,
      Resources owner,
      ConvolutionKernel whole,
      ConvolutionKernel chunk,
      boolean accumulates,
      dnnl_primitive_desc description) {
    super(engine, owner, whole.toString(), description);
    this.engine = engine;
    this.owner = owner;
    this.whole = whole;
    this.chunk = chunk;
    this.images = chunk.source().shape()[0];
    this.accumulates = accumulates;
    blockedSource = engine.view(owner, chunk.source());
    blockedDestination = engine.view(owner, chunk.destination());
    super.with(Argument.SRC, blockedSource);
    super.with(Argument.DST, blockedDestination);
  }

  /**
   * Builds the kernel if it is faster than a direct convolution.
   *
   * @param scoring whether the weights stay unchanged for many runs
   */
  static Optional<Kernel> ifFaster(
      Engine engine, Resources owner, ConvolutionKernel whole, boolean scoring, Epilogue epilogue) {
    if (!isFaster(whole, scoring)) {
      return Optional.empty();
    }
    ConvolutionKernel chunk = chunk(whole, epilogue.addsPrevious());
    if (chunk.source().bytes() + chunk.destination().bytes() > MAX_COPY_BYTES) {
      return Optional.empty();
    }
    try (dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t()) {
      int propagation = scoring ? dnnl.dnnl_forward_inference : dnnl.dnnl_forward_training;
      chunk.describeForward(operation, propagation, dnnl.dnnl_convolution_winograd);
      return describe(engine, whole.toString(), operation, epilogue.attributes(), null)
          .map(found -> new Winograd(engine, owner, whole, chunk, epilogue.addsPrevious(), found));
    }
  }

  private static boolean isFaster(ConvolutionKernel convolution, boolean scoring) {
    long[] weights = convolution.weights().shape();
    boolean single = convolution.source().type() == ValueType.FLOAT32;
    if (!single || weights.length != 4 || weights[2] != 3 || weights[3] != 3) {
      return false;
    }
    long[] output = convolution.destination().shape();
    boolean inBlocks = weights[0] % BLOCK == 0 && weights[1] % BLOCK == 0;
    boolean dense =
        convolution.strides().equals(Span.of(1)) && convolution.dilations().equals(Span.of(0));
    if (!inBlocks || !dense || !liesChannelsLast(convolution)) {
      return false;
    }
    long tiles = tiles(output);
    double covered = (double) (output[2] * output[3]) / (tiles * TILE * TILE);
    boolean enough =
        scoring
            ? weights[0] * weights[1] <= MAX_SCORING_PAIRS * output[0] * tiles
            : output[0] * tiles >= MIN_TRAINING_TILES;
    return enough && Math.min(weights[0], weights[1]) * covered >= MIN_MAPS;
  }

  private static boolean liesChannelsLast(ConvolutionKernel convolution) {
    return isChannelsLast(convolution.source()) && isChannelsLast(convolution.destination());
  }

  private static boolean isChannelsLast(Layout layout) {
    long[] shape = layout.shape();
    return layout.matches(Layout.channelsLast(shape[0], shape[1], shape[2], shape[3]));
  }

  /** Returns the number of tiles of one image. */
  private static long tiles(long[] output) {
    return tiles(output[2]) * tiles(output[3]);
  }

  private static long tiles(long pixels) {
    return (pixels + TILE - 1) / TILE;
  }

  /**
   * Returns the convolution of one chunk of images in blocked memory.
   *
   * @param eachOnce whether no image may be computed twice
   */
  private static ConvolutionKernel chunk(ConvolutionKernel whole, boolean eachOnce) {
    long[] input = whole.source().shape();
    long[] output = whole.destination().shape();
    long all = output[0];
    long chunks = Math.min(all, Math.max(1, all * tiles(output) / CHUNK_TILES));
    long even = (all + chunks - 1) / chunks;
    long images = eachOnce && all % even != 0 ? all : even;
    return new ConvolutionKernel(
        Layout.blocked(images, input[1], input[2], input[3]),
        whole.weights(),
        Layout.blocked(images, output[1], output[2], output[3]),
        whole.bias(),
        whole.strides(),
        whole.dilations(),
        whole.before(),
        whole.after());
  }

  @Override
  public Layout layout(Argument argument) {
    return switch (argument) {
      case SRC -> whole.source();
      case DST -> whole.destination();
      default -> super.layout(argument);
    };
  }

  @Override
  public boolean isForwardOnly() {
    return true;
  }

  @Override
  public Kernel with(Argument argument, Memory memory) {
    switch (argument) {
      case SRC -> source = memory;
      case DST -> destination = memory;
      default -> super.with(argument, memory);
    }
    return this;
  }

  @Override
  public void run() {
    if (copies == null) {
      copies = copies();
    }
    blockedSource.setAddress(engine.blockedSource(blockedSource.layout().bytes()));
    blockedDestination.setAddress(engine.blockedDestination(blockedDestination.layout().bytes()));
    long all = whole.source().shape()[0];
    for (long first = 0; first < all; first += images) {
      // If the images are not a multiple of the chunk, the last chunk recomputes some of them.
      run(Math.min(first, all - images));
    }
  }

  private void run(long first) {
    copies.setAddresses(
        source.address() + first * (source.layout().bytes() / whole.source().shape()[0]),
        destination.address() + first * (destination.layout().bytes() / whole.source().shape()[0]));
    copies.loadSource.run();
    if (accumulates) {
      copies.loadDestination.run();
    }
    super.run();
    copies.storeDestination.run();
  }

  private Copies copies() {
    Memory from = engine.view(owner, channelsLast(chunk.source()));
    Memory to = engine.view(owner, channelsLast(chunk.destination()));
    return new Copies(
        from,
        engine.reorder(owner, from, blockedSource),
        to,
        accumulates ? engine.reorder(owner, to, blockedDestination) : null,
        engine.reorder(owner, blockedDestination, to));
  }

  private static Layout channelsLast(Layout layout) {
    long[] shape = layout.shape();
    return Layout.channelsLast(shape[0], shape[1], shape[2], shape[3]);
  }
}
