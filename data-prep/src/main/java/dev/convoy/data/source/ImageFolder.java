package dev.convoy.data.source;

import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The image files below a folder. Hidden files are those of {@link FileTree.Hidden#BY_CONVENTION};
 * names may start with an underscore.
 *
 * <p>A file is an image if its name ends like one, such as {@code .png} or {@code .JPG}; what it
 * holds is seen when it is read. Files without an ending, or with one that is not known, are
 * opened: they are images if they begin like one. If none of the first {@value #SAMPLE} files with
 * an ending does, the others with this ending are not opened.
 *
 * @param images image files, sorted by relative path
 * @param skippedFiles other files, grouped by the reason why they are not read
 */
public record ImageFolder(List<ImageFile> images, SkippedFiles skippedFiles) {
  /** Number of files of an unknown ending of which one must be an image. */
  static final int SAMPLE = 20;

  /** Number of first bytes that tell whether a file is an image. */
  static final int START_BYTES = 64;

  /** What the ending of a name says about the content. */
  enum Ending {
    IMAGE,
    OTHER,
    UNKNOWN
  }

  private static final Set<String> IMAGES =
      Set.of(
          "png", "apng", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "dib", "tif", "tiff", "webp",
          "pnm", "pbm", "pgm", "ppm");

  private static final Set<String> OTHERS =
      Set.of(
          "txt",
          "csv",
          "tsv",
          "json",
          "jsonl",
          "ndjson",
          "xml",
          "html",
          "htm",
          "md",
          "rst",
          "pdf",
          "doc",
          "docx",
          "xls",
          "xlsx",
          "ods",
          "yaml",
          "yml",
          "toml",
          "ini",
          "conf",
          "log",
          "py",
          "ipynb",
          "js",
          "css",
          "sh",
          "m",
          "mat",
          "npy",
          "npz",
          "pkl",
          "pickle",
          "pt",
          "pth",
          "h5",
          "hdf5",
          "db",
          "sqlite",
          "mdb",
          "bin",
          "rec",
          "idx",
          "tfrecord",
          "parquet",
          "orc",
          "avro",
          "arrow",
          "feather",
          "gz",
          "bz2",
          "xz",
          "zst",
          "tar",
          "tgz",
          "zip",
          "7z",
          "rar",
          "crc",
          "md5",
          "sha1",
          "sha256",
          "svg",
          "ico",
          "heic",
          "heif",
          "avif",
          "jp2",
          "psd",
          "exr",
          "hdr",
          "dng",
          "cr2",
          "nef",
          "eps",
          "mp4",
          "avi",
          "mov",
          "mkv",
          "webm",
          "mp3",
          "wav",
          "dcm");

  public ImageFolder {
    images = List.copyOf(images);
  }

  /** Returns the number of other files. */
  public long skipped() {
    return skippedFiles.total();
  }

  /** Returns the images among listed files. */
  static ImageFolder of(FileTree tree, Storage storage) {
    List<ImageFile> images = new ArrayList<>();
    List<Storage.Entry> others = new ArrayList<>();
    Map<String, Opened> opened = new HashMap<>();
    for (Storage.Entry file : tree.files()) {
      String ending = ending(file.relative());
      boolean image =
          IMAGES.contains(ending)
              || (!OTHERS.contains(ending)
                  && opened.computeIfAbsent(ending, key -> new Opened()).isImage(file, storage));
      if (image) {
        images.add(new ImageFile(file.relative(), file.path(), file.bytes(), file.modified()));
      } else {
        others.add(file);
      }
    }
    return new ImageFolder(images, SkippedFiles.of(others, tree.skipped()));
  }

  /** Returns what the ending of a name says about the content. */
  static Ending endingOf(String relative) {
    String ending = ending(relative);
    if (IMAGES.contains(ending)) {
      return Ending.IMAGE;
    }
    return OTHERS.contains(ending) ? Ending.OTHER : Ending.UNKNOWN;
  }

  /** Returns the part of a name after its last dot, in lower case; empty if there is none. */
  private static String ending(String relative) {
    String name = relative.substring(relative.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** The files of one ending that were opened. */
  private static final class Opened {
    private int files;
    private int images;

    boolean isImage(Storage.Entry file, Storage storage) {
      if (file.bytes() == 0 || (files >= SAMPLE && images == 0)) {
        return false;
      }
      files++;
      byte[] start = storage.read(file.path(), in -> in.readNBytes(START_BYTES));
      boolean image = ImageFitter.isImage(start);
      images += image ? 1 : 0;
      return image;
    }
  }
}
