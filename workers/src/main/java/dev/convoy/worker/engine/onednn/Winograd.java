package dev.convoy.worker.engine.onednn;

import java.util.Optional;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A convolution with 3×3 weights that takes 36 products for 16 outputs instead of 144: Winograd's
 * F(4×4, 3×3), after Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015. Its
 * rounding errors are 1.2 to 2.3 times those of a direct convolution (measured with 64 to 512 maps,
 * against sums in double precision), and a sum of zeros comes out as a rounding error.
 *
 * <p>oneDNN has it for AVX-512 and for blocked memory alone, so inputs and outputs, which lie
 * channels-last, are copied there and back, a few images at a time.
 */
final class Winograd extends Kernel {
  /** Rows and columns of outputs that are computed together. */
  private static final long TILE = 4;

  /** Channels in a block of oneDNN's. */
  private static final long BLOCK = 16;

  /**
   * Maps from which it is faster, if tiles cover no more than the image; else as many more as they
   * cover more. Measured with AVX-512, in times of a direct convolution with the copies: 32 maps of
   * 28×28 1.2, of 14×14 0.9 to 1.0; 64 of 28×28 1.9, of 14×14 1.4, of 7×7 1.5; 128 of 28×28 2.3, of
   * 9×9 1.2.
   */
  private static final double MAPS = 40;

  /**
   * Tiles of a training batch from which it is faster, although weights are transformed in every
   * pass: 64 tiles make it 0.9 to 1.1 times as fast, 128 to 200 1.1 to 1.4 times.
   */
  private static final long TRAINING_TILES = 128;

  /** Tiles at a time: few for the caches, but many beside the transform of training weights. */
  private static final long CHUNK = 512;

  /**
   * Pairs of maps for each tile of the images that are scored at once, up to which it is faster.
   * Transformed weights are four times as large, 9.4 MB for 256×256 maps, and pass through the
   * caches each time.
   */
  private static final long SCORING_PAIRS = 1L << 12;

  /** What the copies may take: two of 64 maps of 362×362. */
  private static final long MOST_BYTES = 1L << 26;

  private final Engine engine;
  private final Resources owner;
  private final ConvolutionKernel whole;
  private final ConvolutionKernel chunk;
  private final long images;
  private final boolean adds;
  private final Memory blockedSource;
  private final Memory blockedDestination;
  private Memory source;
  private Memory destination;
  private Copies copies;

  /** Whether weights stay as they are for long, and whether the sums are added to the output. */
  record Use(boolean scoring, boolean adds) {
    static final Use TRAINING = new Use(false, false);

    /** For a kernel whose output goes through a function at the end. */
    Attributes attributes(Function function) {
      Attributes attributes = new Attributes();
      return function.after(adds ? attributes.addToDestination() : attributes);
    }
  }

  /** The copies between the memory of one chunk of images and the blocked memory. */
  private record Copies(
      Memory source, Reorder in, Memory destination, Reorder before, Reorder out) {
    void at(long sourceAddress, long destinationAddress) {
      source.at(sourceAddress);
      destination.at(destinationAddress);
    }
  }

  private Winograd(
      Engine engine,
      Resources owner,
      ConvolutionKernel whole,
      ConvolutionKernel chunk,
      boolean adds,
      dnnl_primitive_desc description) {
    super(engine, owner, whole.toString(), description);
    this.engine = engine;
    this.owner = owner;
    this.whole = whole;
    this.chunk = chunk;
    this.images = chunk.source().shape()[0];
    this.adds = adds;
    blockedSource = engine.window(owner, chunk.source());
    blockedDestination = engine.window(owner, chunk.destination());
    super.with(Argument.SRC, blockedSource);
    super.with(Argument.DST, blockedDestination);
  }

  /** The kernel, where there is one that is faster than a direct convolution. */
  static Optional<Kernel> of(
      Engine engine, Resources owner, ConvolutionKernel whole, Use use, Function function) {
    if (!isFaster(whole, use.scoring)) {
      return Optional.empty();
    }
    ConvolutionKernel chunk = chunk(whole, use.adds);
    if (chunk.source().bytes() + chunk.destination().bytes() > MOST_BYTES) {
      return Optional.empty();
    }
    try (dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t()) {
      int propagation = use.scoring ? dnnl.dnnl_forward_inference : dnnl.dnnl_forward_training;
      chunk.describeForward(operation, propagation, dnnl.dnnl_convolution_winograd);
      return describe(engine, whole.toString(), operation, use.attributes(function), null)
          .map(found -> new Winograd(engine, owner, whole, chunk, use.adds, found));
    }
  }

  private static boolean isFaster(ConvolutionKernel convolution, boolean scoring) {
    long[] weights = convolution.weights().shape();
    if (weights.length != 4 || weights[2] != 3 || weights[3] != 3) {
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
            ? weights[0] * weights[1] <= SCORING_PAIRS * output[0] * tiles
            : output[0] * tiles >= TRAINING_TILES;
    return enough && Math.min(weights[0], weights[1]) * covered >= MAPS;
  }

  private static boolean liesChannelsLast(ConvolutionKernel convolution) {
    return isChannelsLast(convolution.source()) && isChannelsLast(convolution.destination());
  }

  private static boolean isChannelsLast(Layout layout) {
    long[] shape = layout.shape();
    return layout.matches(Layout.channelsLast(shape[0], shape[1], shape[2], shape[3]));
  }

  /** Of one image. */
  private static long tiles(long[] output) {
    return tiles(output[2]) * tiles(output[3]);
  }

  private static long tiles(long pixels) {
    return (pixels + TILE - 1) / TILE;
  }

  /**
   * The same convolution of as many images as are computed at a time, in blocked memory.
   *
   * @param once whether no image may be computed twice
   */
  private static ConvolutionKernel chunk(ConvolutionKernel whole, boolean once) {
    long[] input = whole.source().shape();
    long[] output = whole.destination().shape();
    long all = output[0];
    long chunks = Math.min(all, Math.max(1, all * tiles(output) / CHUNK));
    long even = (all + chunks - 1) / chunks;
    long images = once && all % even != 0 ? all : even;
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
  public boolean isOutputsOnly() {
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
    blockedSource.at(engine.blockedSource(blockedSource.layout().bytes()));
    blockedDestination.at(engine.blockedDestination(blockedDestination.layout().bytes()));
    long all = whole.source().shape()[0];
    for (long first = 0; first < all; first += images) {
      // The last chunk computes some of the images once more, if they are not a multiple of it.
      run(Math.min(first, all - images));
    }
  }

  private void run(long first) {
    copies.at(
        source.address() + first * (source.layout().bytes() / whole.source().shape()[0]),
        destination.address() + first * (destination.layout().bytes() / whole.source().shape()[0]));
    copies.in.run();
    if (adds) {
      copies.before.run();
    }
    super.run();
    copies.out.run();
  }

  private Copies copies() {
    Memory from = engine.window(owner, channelsLast(chunk.source()));
    Memory to = engine.window(owner, channelsLast(chunk.destination()));
    return new Copies(
        from,
        engine.reorder(owner, from, blockedSource),
        to,
        adds ? engine.reorder(owner, to, blockedDestination) : null,
        engine.reorder(owner, blockedDestination, to));
  }

  private static Layout channelsLast(Layout layout) {
    long[] shape = layout.shape();
    return Layout.channelsLast(shape[0], shape[1], shape[2], shape[3]);
  }
}
