package dev.convoy.data.archive;

import dev.convoy.data.Visible;
import dev.convoy.data.io.LocalNames;
import dev.convoy.data.io.Storage;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The entries of a tar archive, one after another: ustar, pax, GNU and the older form.
 *
 * <p>The headers of one entry, with its long name and attributes, may have {@value #MOST_HEADERS}
 * bytes. Headers of which the check sum is wrong end the archive.
 */
public final class TarEntries implements AutoCloseable {
  private static final int RECORD = 512;
  private static final int MOST_HEADERS = 1 << 20;
  private static final String REMEDY = " (copy the archive again)";

  private final ArchiveBytes content;
  private final TarArchiveInputStream tar;
  private long count;
  private long dataEnd;
  private TarEntry entry;

  private TarEntries(ArchiveBytes content) {
    this.content = content;
    // Names are read byte by byte, so that those that are not UTF-8 are not lost.
    this.tar =
        new TarArchiveInputStream(
            content, RECORD, RECORD, StandardCharsets.ISO_8859_1.name(), false);
  }

  /** Returns whether the content of a file begins as a tar archive, compressed or not. */
  public static boolean isTar(Storage storage, String path, long bytes) {
    return Compression.isTar(storage, path, bytes);
  }

  /**
   * Opens an archive.
   *
   * @param bytes size of the file
   * @throws DamagedArchiveException if its first bytes are damaged
   * @throws UncheckedIOException if it cannot be read
   */
  public static TarEntries open(Storage storage, String path, long bytes)
      throws DamagedArchiveException {
    try {
      return new TarEntries(Compression.open(storage, path, bytes));
    } catch (IOException e) {
      throw new DamagedArchiveException("it is damaged at its beginning: " + reason(e) + REMEDY, e);
    }
  }

  /**
   * Returns the next entry; empty at the end of the archive.
   *
   * @throws DamagedArchiveException if it is damaged here
   */
  public Optional<TarEntry> next() throws DamagedArchiveException {
    skipRest();
    long header = (dataEnd + RECORD - 1) / RECORD * RECORD;
    try {
      content.allow(MOST_HEADERS);
      TarArchiveEntry next = tar.getNextTarEntry();
      content.allow(Long.MAX_VALUE);
      if (next == null) {
        requireEnd(header);
        return Optional.empty();
      }
      if (!next.isCheckSumOK()) {
        throw new IOException("the check sum of a header is wrong");
      }
      boolean plain = content.position() - header == RECORD;
      entry = entry(next, plain);
      dataEnd = content.position() + (next.isSparse() ? 0 : next.getSize());
      count++;
      return Optional.of(entry);
    } catch (UncheckedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  /** Checks what follows the last entry: the mark of the end, and nothing but zeros after it. */
  private void requireEnd(long header) throws IOException {
    if (content.position() > header && content.position() < header + RECORD) {
      throw new EOFException("it ends early");
    }
    if (content.position() <= header) {
      throw new IOException(
          count == 0 ? "it holds nothing" : "the mark of its end is missing, so it may be cut off");
    }
    byte[] rest = new byte[RECORD];
    for (int read = content.read(rest); read >= 0; read = content.read(rest)) {
      for (int i = 0; i < read; i++) {
        if (rest[i] != 0) {
          throw new IOException(
              "it goes on after the mark of its end, as if archives were joined (unpack and pack"
                  + " them again)");
        }
      }
    }
  }

  /**
   * Returns the next bytes of the content of the entry, fewer only at its end.
   *
   * @throws DamagedArchiveException if it is damaged here
   */
  public byte[] read(int most) throws DamagedArchiveException {
    try {
      return tar.readNBytes(most);
    } catch (UncheckedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  /**
   * Skips the rest of the content of the entry.
   *
   * @throws DamagedArchiveException if it is damaged here
   */
  public void skipRest() throws DamagedArchiveException {
    try {
      long skipped = entry == null ? 0 : 1;
      while (skipped > 0) {
        skipped = tar.skip(Long.MAX_VALUE);
      }
    } catch (UncheckedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  private DamagedArchiveException damaged(Exception e) {
    String reason = reason(e);
    return new DamagedArchiveException(
        "it is damaged "
            + (entry == null
                ? "before its first entry"
                : "in entry " + count + ", " + Visible.of(entry.name()) + ", or behind it")
            + ", at byte "
            + content.position()
            + " of its content: "
            + reason
            + (reason.endsWith(")") ? "" : REMEDY),
        e);
  }

  private static String reason(Exception e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    if (e instanceof EOFException
        || message.startsWith("Truncated ")
        || message.startsWith("Unexpected end of")) {
      return "it ends early";
    }
    return Visible.of(message.lines().findFirst().orElse(""));
  }

  /**
   * Describes an entry. Its name consists of its bytes or, if it was in a header of pax, of text.
   *
   * @param plain whether the entry has but one header, so that the name consists of its bytes
   */
  private static TarEntry entry(TarArchiveEntry next, boolean plain) {
    String name = next.getName();
    boolean ascii = name.chars().allMatch(c -> c < 0x80);
    if (ascii || name.chars().anyMatch(c -> c > 0xff)) {
      return new TarEntry(name, true, kind(next), next.getSize());
    }
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    boolean utf8 = LocalNames.isUtf8(bytes);
    String text = utf8 || plain ? LocalNames.text(bytes) : name;
    return new TarEntry(text, utf8 || !plain, kind(next), next.getSize());
  }

  private static TarEntry.Kind kind(TarArchiveEntry entry) {
    if (entry.isSparse()) {
      return TarEntry.Kind.SPARSE;
    }
    if (entry.isLink() || entry.isSymbolicLink()) {
      return TarEntry.Kind.LINK;
    }
    if (entry.isDirectory()) {
      return TarEntry.Kind.DIRECTORY;
    }
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG ->
          TarEntry.Kind.FILE;
      default -> TarEntry.Kind.SPECIAL;
    };
  }

  @Override
  public void close() {
    try {
      tar.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close an archive: " + e.getMessage(), e);
    }
  }
}
