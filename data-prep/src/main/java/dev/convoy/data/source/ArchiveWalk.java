package dev.convoy.data.source;

import dev.convoy.data.archive.DamagedArchiveException;
import dev.convoy.data.archive.SeenNames;
import dev.convoy.data.archive.TarEntries;
import dev.convoy.data.archive.TarEntry;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.FileTree;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.ArchiveItem.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the entries of one archive, and decides of each whether it is an image. Whatever is read of
 * the images, the items are the same: an image whose content cannot be read to its end is none.
 */
final class ArchiveWalk implements AutoCloseable {
  /** How much of images is read. */
  enum Reading {
    NAMES,
    HEADERS,
    WHOLE
  }

  /** Longest name of an entry, as on most file systems. */
  private static final int MOST_NAME = 4096;

  /** Number of the first characters of a longer name that are shown. */
  private static final int MOST_SHOWN = 100;

  /** Number of its last characters that are shown. */
  private static final int MOST_ENDING = 4;

  /** Largest file that holds a label. */
  private static final int MOST_LABEL = 1 << 20;

  private final ArchiveFile file;
  private final Storage storage;
  private final ImageLimits limits;
  private final Reading reading;
  private final SeenNames seen = new SeenNames();
  private TarEntries entries;
  private boolean ended;

  ArchiveWalk(ArchiveFile file, Storage storage, ImageLimits limits, Reading reading) {
    this.file = file;
    this.storage = storage;
    this.limits = limits;
    this.reading = reading;
  }

  /** Returns the next item; empty at the end. Damage is the last item. */
  Optional<ArchiveItem> next() {
    if (ended) {
      return Optional.empty();
    }
    try {
      if (entries == null) {
        entries = TarEntries.open(storage, file.path(), file.bytes());
      }
      Optional<TarEntry> entry = entries.next();
      ended = entry.isEmpty();
      return ended ? Optional.empty() : Optional.of(item(entry.get()));
    } catch (DamagedArchiveException e) {
      ended = true;
      return Optional.of(ArchiveItem.of(Kind.DAMAGE, "", e.getMessage()));
    }
  }

  private ArchiveItem item(TarEntry entry) throws DamagedArchiveException {
    Optional<String> normal = normalised(entry.name());
    String path = normal.orElse(entry.name());
    if (path.length() > MOST_NAME) {
      // The ending stays, by which an image is known.
      path = path.substring(0, MOST_SHOWN) + "…" + path.substring(path.length() - MOST_ENDING);
      normal = Optional.empty();
    }
    switch (entry.kind()) {
      case DIRECTORY -> {
        return ArchiveItem.of(Kind.FOLDER, normal.orElse(""), "");
      }
      case LINK, SPARSE, SPECIAL -> {
        return ArchiveItem.of(Kind.SKIPPED, path, entry.kind().words());
      }
      case FILE -> {}
    }
    if (normal.isPresent() && FileTree.Hidden.BY_CONVENTION.coversPath(path)) {
      return ArchiveItem.of(Kind.SKIPPED, path, FileTree.Reason.HIDDEN.words());
    }
    String lower = path.toLowerCase(Locale.ROOT);
    if (normal.isPresent() && (lower.endsWith(".cls") || lower.endsWith(".json"))) {
      byte[] text = entries.read(MOST_LABEL + 1);
      return ArchiveItem.of(
          Kind.LABEL,
          path,
          text.length > MOST_LABEL ? "" : new String(text, StandardCharsets.UTF_8));
    }
    return file(entry, path, normal.isPresent());
  }

  private ArchiveItem file(TarEntry entry, String path, boolean named)
      throws DamagedArchiveException {
    byte[] start = new byte[0];
    boolean image = false;
    switch (ImageFolder.endingOf(path)) {
      case IMAGE -> image = true;
      case UNKNOWN -> {
        start = entries.read(ImageFolder.START_BYTES);
        image = ImageFitter.isImage(start);
      }
      case OTHER -> {}
    }
    if (!image) {
      return ArchiveItem.of(Kind.SKIPPED, path, SkippedFiles.kind(path));
    }
    ArchiveItem item =
        named
            ? new ArchiveItem(Kind.IMAGE, path, entry.utf8(), image(entry, start), "")
            : ArchiveItem.of(Kind.REFUSED, path, refusal(entry));
    entries.skipRest();
    return named && !seen.add(path)
        ? ArchiveItem.of(Kind.REFUSED, path, "an entry of the same name precedes it in the archive")
        : item;
  }

  private static String refusal(TarEntry entry) {
    return entry.name().length() > MOST_NAME
        ? "its name has more than " + MOST_NAME + " characters"
        : "its name is absolute or leads out of the archive";
  }

  private Optional<StoredImage> image(TarEntry entry, byte[] start) throws DamagedArchiveException {
    if (reading == Reading.NAMES) {
      return Optional.empty();
    }
    boolean over = entry.bytes() > limits.encodedBytes();
    if (over || reading == Reading.HEADERS) {
      byte[] header = more(start, FolderSlice.HEADER_BYTES);
      Optional<StoredImage> known =
          over
              ? Optional.of(
                  new StoredImage(header, Optional.empty(), OptionalLong.of(entry.bytes())))
              : StoredImage.start(header, entry.bytes());
      if (header.length == entry.bytes() || known.isEmpty()) {
        return Optional.of(StoredImage.file(more(header, (int) entry.bytes())));
      }
      return known;
    }
    return Optional.of(StoredImage.file(more(start, (int) entry.bytes())));
  }

  /** Returns the first bytes of an entry of which some have been read. */
  private byte[] more(byte[] start, int wanted) throws DamagedArchiveException {
    if (start.length >= wanted) {
      return start;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(start);
    all.writeBytes(entries.read(wanted - start.length));
    return all.toByteArray();
  }

  /**
   * Returns a path without empty names and dots; empty if it is absolute, leads out of the archive,
   * or has no name.
   */
  private static Optional<String> normalised(String name) {
    List<String> names = new ArrayList<>();
    for (String each : name.split("/")) {
      if (each.equals("..")) {
        return Optional.empty();
      }
      if (!each.isEmpty() && !each.equals(".")) {
        names.add(each);
      }
    }
    return name.startsWith("/") || names.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("/", names));
  }

  @Override
  public void close() {
    if (entries != null) {
      entries.close();
    }
  }
}
