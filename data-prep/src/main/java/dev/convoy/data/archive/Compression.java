package dev.convoy.data.archive;

import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/** The compression of an archive, by its first bytes. */
enum Compression {
  NONE {
    @Override
    boolean matches(byte[] start) {
      return true;
    }

    @Override
    ArchiveBytes unpack(ArchiveBytes file) {
      return file;
    }
  },
  GZIP {
    @Override
    boolean matches(byte[] start) {
      return start.length > 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
    }

    @Override
    ArchiveBytes unpack(ArchiveBytes file) throws IOException {
      return ArchiveBytes.unpacked(new GzipCompressorInputStream(file, true));
    }
  },
  ZSTD {
    @Override
    boolean matches(byte[] start) {
      if (start.length < 4) {
        return false;
      }
      int first = ByteBuffer.wrap(start).getInt();
      // A frame of data, or one that is skipped, with which parallel compressors begin.
      return first == 0x28b52ffd || (first & 0xf0ffffff) == 0x502a4d18;
    }

    @Override
    ArchiveBytes unpack(ArchiveBytes file) throws IOException {
      return ArchiveBytes.unpacked(new ZstdCompressorInputStream(file));
    }
  };

  private static final int RECORD = 512;

  abstract boolean matches(byte[] start);

  abstract ArchiveBytes unpack(ArchiveBytes file) throws IOException;

  /**
   * Opens the content of a file.
   *
   * @throws IOException if it is damaged
   * @throws UncheckedIOException if it cannot be read
   */
  static ArchiveBytes open(Storage storage, String path, long length) throws IOException {
    InputStream raw = storage.open(path);
    ArchiveBytes file = ArchiveBytes.of(raw, path, length);
    try {
      byte[] start = file.peek(RECORD);
      for (Compression kind : new Compression[] {GZIP, ZSTD, NONE}) {
        if (kind.matches(start)) {
          return kind.unpack(file);
        }
      }
      throw new AssertionError(path);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Returns whether the content of a file begins with the header of a tar archive. */
  static boolean isTar(Storage storage, String path, long length) {
    try (ArchiveBytes content = open(storage, path, length)) {
      return isTar(content.peek(RECORD));
    } catch (IOException e) {
      return false; // Its compressed content is damaged at its beginning.
    }
  }

  private static boolean isTar(byte[] record) {
    try {
      return record.length == RECORD && record[0] != 0 && TarUtils.verifyCheckSum(record);
    } catch (IllegalArgumentException e) {
      return false; // The check sum is no number.
    }
  }
}
