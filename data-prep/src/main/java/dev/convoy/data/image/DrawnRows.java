package dev.convoy.data.image;

/** An image that is drawn on a background. */
final class DrawnRows implements PixelRows {
  /** Whether colours are multiplied with their alpha. */
  enum Alpha {
    STRAIGHT,
    MULTIPLIED
  }

  private final ArgbRows image;
  private final Alpha alpha;
  private final int background;
  private final int red;
  private final int green;
  private final int blue;
  private final int[] row;
  private boolean transparent;

  private DrawnRows(ArgbRows image, Alpha alpha, int rgb) {
    this.image = image;
    this.alpha = alpha;
    this.background = rgb & 0xffffff;
    this.red = rgb >> 16 & 0xff;
    this.green = rgb >> 8 & 0xff;
    this.blue = rgb & 0xff;
    this.row = new int[image.width()];
  }

  /**
   * Draws an image.
   *
   * @throws BadImageException if it has transparent pixels, which the background refuses
   */
  static DrawnRows of(ArgbRows image, Alpha alpha, Background background) throws BadImageException {
    return switch (background.kind()) {
      case COLOUR -> new DrawnRows(image, alpha, background.rgb());
      case MEAN -> new DrawnRows(image, alpha, mean(image, alpha));
      case REFUSE -> {
        requireOpaque(image);
        yield new DrawnRows(image, alpha, 0);
      }
    };
  }

  private static void requireOpaque(ArgbRows image) throws BadImageException {
    int[] row = new int[image.width()];
    for (int y = 0; y < image.height(); y++) {
      image.readArgb(y, row);
      for (int pixel : row) {
        if (pixel >>> 24 != 255) {
          throw new BadImageException("it has transparent pixels");
        }
      }
    }
  }

  private static int mean(ArgbRows image, Alpha alpha) throws BadImageException {
    int[] row = new int[image.width()];
    long weight = 0;
    long[] sums = new long[3];
    for (int y = 0; y < image.height(); y++) {
      image.readArgb(y, row);
      for (int pixel : row) {
        int a = pixel >>> 24;
        int times = alpha == Alpha.STRAIGHT ? a : 255;
        weight += a;
        sums[0] += (long) times * (pixel >> 16 & 0xff);
        sums[1] += (long) times * (pixel >> 8 & 0xff);
        sums[2] += (long) times * (pixel & 0xff);
      }
    }
    int rgb = 0;
    for (long sum : sums) {
      long mean = weight == 0 ? 0 : Math.min(255, (2 * sum + weight) / (2 * weight));
      rgb = rgb << 8 | (int) mean;
    }
    return rgb;
  }

  /** Returns whether a pixel that was read is transparent, wholly or in part. */
  @Override
  public boolean wasTransparent() {
    return transparent;
  }

  @Override
  public int height() {
    return image.height();
  }

  @Override
  public int width() {
    return image.width();
  }

  @Override
  public void finish() throws BadImageException {
    image.finish();
  }

  @Override
  public void read(int y, byte[][] planes) throws BadImageException {
    image.readArgb(y, row);
    draw();
    if (planes.length == 1) {
      grey(planes[0]);
    } else {
      separate(planes[0], planes[1], planes[2]);
    }
  }

  /** Draws the pixels of the row that are not opaque, in place. */
  private void draw() {
    boolean seen = false;
    for (int x = 0; x < row.length; x++) {
      int pixel = row[x];
      int a = pixel >>> 24;
      if (a == 255) {
        continue;
      }
      seen = true;
      row[x] =
          a == 0 && alpha == Alpha.STRAIGHT
              ? background
              : drawn(pixel >> 16 & 0xff, a, red) << 16
                  | drawn(pixel >> 8 & 0xff, a, green) << 8
                  | drawn(pixel & 0xff, a, blue);
    }
    transparent |= seen;
  }

  private void grey(byte[] greys) {
    for (int x = 0; x < row.length; x++) {
      int pixel = row[x];
      greys[x] = (byte) RasterRows.luma(pixel >> 16 & 0xff, pixel >> 8 & 0xff, pixel & 0xff);
    }
  }

  private void separate(byte[] reds, byte[] greens, byte[] blues) {
    for (int x = 0; x < row.length; x++) {
      int pixel = row[x];
      reds[x] = (byte) (pixel >> 16);
      greens[x] = (byte) (pixel >> 8);
      blues[x] = (byte) pixel;
    }
  }

  private int drawn(int colour, int a, int background) {
    return alpha == Alpha.STRAIGHT
        ? over(colour, a, background)
        : Math.min(255, colour + (background * (255 - a) + 127) / 255);
  }

  private static int over(int colour, int a, int background) {
    return (colour * a + background * (255 - a) + 127) / 255;
  }
}
