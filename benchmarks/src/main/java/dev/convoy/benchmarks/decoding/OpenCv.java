package dev.convoy.benchmarks.decoding;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Decodes by OpenCV's libpng and libjpeg-turbo in one thread, averages areas, and pads. */
public final class OpenCv implements Decoding {
  private final int side;

  /**
   * Creates the decoder.
   *
   * @param side height and width of the result
   */
  public OpenCv(int side) {
    this.side = side;
    opencv_core.setNumThreads(1);
  }

  @Override
  public boolean decode(byte[] file) {
    try (BytePointer bytes = new BytePointer(file);
        Mat encoded = new Mat(1, file.length, opencv_core.CV_8U, bytes);
        Mat image = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR)) {
      return !image.empty() && isFitted(image);
    }
  }

  private boolean isFitted(Mat image) {
    double scale = Math.min((double) side / image.rows(), (double) side / image.cols());
    int height = Math.max(1, (int) Math.rint(image.rows() * scale));
    int width = Math.max(1, (int) Math.rint(image.cols() * scale));
    int top = (side - height) / 2;
    int left = (side - width) / 2;
    try (Size size = new Size(width, height);
        Scalar black = new Scalar(0, 0, 0, 0);
        Mat scaled = new Mat();
        Mat padded = new Mat()) {
      opencv_imgproc.resize(image, scaled, size, 0, 0, opencv_imgproc.INTER_AREA);
      opencv_core.copyMakeBorder(
          scaled,
          padded,
          top,
          side - height - top,
          left,
          side - width - left,
          opencv_core.BORDER_CONSTANT,
          black);
      return !padded.empty();
    }
  }
}
