package dev.convoy.data.source;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Storage;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.hadoop.fs.Seekable;

/** Binary files of CIFAR. */
final class CifarSource implements ImageSource {
  private static final ImageShape SHAPE = new ImageShape(32, 32, 3);

  /** Bytes of the pixels of a record. */
  static final int PIXELS = SHAPE.size();

  private static final int IMAGES_WORTH_A_TASK = 1024;

  private final List<File> files;
  private final int labelCount;
  private final List<String> labels;
  private final SkippedFiles skipped;

  CifarSource(List<File> files, int labelCount, List<String> labels, SkippedFiles skipped) {
    this.files = List.copyOf(files);
    this.labelCount = labelCount;
    this.labels = labels;
    this.skipped = skipped;
  }

  /**
   * A file of records.
   *
   * @param stem name without its ending
   * @param labelBytes bytes of labels of a record, of which the last is taken
   */
  record File(String stem, String name, String path, GivenSplit given, int count, int labelBytes)
      implements Serializable {
    int recordBytes() {
      return labelBytes + PIXELS;
    }
  }

  @Override
  public SliceFormat format() {
    return InputFormats.CIFAR;
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public long images() {
    return files.stream().mapToLong(File::count).sum();
  }

  @Override
  public SkippedFiles skipped() {
    return skipped;
  }

  @Override
  public Set<Split> givenSplits() {
    Set<Split> splits = EnumSet.noneOf(Split.class);
    files.forEach(file -> file.given().split().ifPresent(splits::add));
    return splits;
  }

  @Override
  public Optional<NaturalShape> naturalShape(Storage storage, ImageLimits limits) {
    return Optional.of(new NaturalShape(SHAPE, "CIFAR"));
  }

  @Override
  public int imagesWorthATask() {
    return IMAGES_WORTH_A_TASK;
  }

  @Override
  public List<SourceSlice> slices(long size) {
    List<SourceSlice> slices = new ArrayList<>();
    for (File file : files) {
      for (long from = 0; from < file.count(); from += size) {
        int count = (int) Math.min(size, file.count() - from);
        slices.add(new Slice(file, (int) from, count, labelCount));
      }
    }
    return slices;
  }

  /** A range of the records of a file. */
  private record Slice(File file, int first, int count, int labels) implements SourceSlice {
    @Override
    public RawImages open(Storage storage, ImageLimits limits) {
      InputStream raw = storage.open(file.path());
      try {
        long from = (long) first * file.recordBytes();
        if (raw instanceof Seekable seekable) {
          seekable.seek(from);
        } else {
          raw.skipNBytes(from);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + file.path() + ": " + e.getMessage(), e);
      }
      return new Reading(new BufferedInputStream(raw, 1 << 16));
    }

    private final class Reading implements RawImages {
      private final InputStream in;
      private int read;

      Reading(InputStream in) {
        this.in = in;
      }

      @Override
      public boolean hasNext() {
        return read < count;
      }

      @Override
      public RawImage next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        int index = first + read++;
        byte[] label = new byte[file.labelBytes()];
        byte[] pixels = new byte[PIXELS];
        try {
          if (in.readNBytes(label, 0, label.length) < label.length
              || in.readNBytes(pixels, 0, PIXELS) < PIXELS) {
            throw new EOFException("it ends at record " + index + " of " + file.count());
          }
        } catch (IOException e) {
          throw new UncheckedIOException("Cannot read " + file.path() + ": " + e.getMessage(), e);
        }
        int number = label[label.length - 1] & 0xff;
        String id = file.stem() + "/" + index;
        return number < labels
            ? new RawImage(
                id,
                file.name(),
                OptionalInt.of(number),
                file.given().split(),
                StoredImage.ofPixels(pixels, SHAPE))
            : RawImage.rejected(
                id, file.name(), "its label is " + number + ", and there are " + labels);
      }

      @Override
      public void close() {
        try {
          in.close();
        } catch (IOException e) {
          throw new UncheckedIOException("Cannot close " + file.path() + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
