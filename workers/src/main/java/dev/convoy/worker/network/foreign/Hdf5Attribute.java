package dev.convoy.worker.network.foreign;

import static org.bytedeco.hdf5.global.hdf5.H5Aclose;
import static org.bytedeco.hdf5.global.hdf5.H5Aexists;
import static org.bytedeco.hdf5.global.hdf5.H5Aget_space;
import static org.bytedeco.hdf5.global.hdf5.H5Aget_type;
import static org.bytedeco.hdf5.global.hdf5.H5Aopen;
import static org.bytedeco.hdf5.global.hdf5.H5Aread;
import static org.bytedeco.hdf5.global.hdf5.H5E_DEFAULT;
import static org.bytedeco.hdf5.global.hdf5.H5Eset_auto2;
import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_RDONLY;
import static org.bytedeco.hdf5.global.hdf5.H5Fclose;
import static org.bytedeco.hdf5.global.hdf5.H5Fopen;
import static org.bytedeco.hdf5.global.hdf5.H5P_CLS_FILE_ACCESS_ID_g;
import static org.bytedeco.hdf5.global.hdf5.H5P_DEFAULT;
import static org.bytedeco.hdf5.global.hdf5.H5Pclose;
import static org.bytedeco.hdf5.global.hdf5.H5Pcreate;
import static org.bytedeco.hdf5.global.hdf5.H5Pset_file_locking;
import static org.bytedeco.hdf5.global.hdf5.H5Sclose;
import static org.bytedeco.hdf5.global.hdf5.H5Sget_simple_extent_npoints;
import static org.bytedeco.hdf5.global.hdf5.H5T_STRING;
import static org.bytedeco.hdf5.global.hdf5.H5Tclose;
import static org.bytedeco.hdf5.global.hdf5.H5Tget_class;
import static org.bytedeco.hdf5.global.hdf5.H5Tget_size;
import static org.bytedeco.hdf5.global.hdf5.H5Tis_variable_str;
import static org.bytedeco.hdf5.global.hdf5.H5Treclaim;
import static org.bytedeco.hdf5.global.hdf5.H5open;

import dev.convoy.data.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.LongToIntFunction;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Reads a text attribute of the root group of an HDF5 file with HDF5's native library.
 *
 * <p>The file is opened for reading without a lock, so that it may be on a read-only or shared file
 * system. The library is not thread-safe, so only one thread reads at a time.
 */
final class Hdf5Attribute {
  /** An open object of the library and the function that closes it. */
  private record Handle(long id, LongToIntFunction closing) implements AutoCloseable {
    @Override
    public void close() {
      // Nothing was written, so a failure to close loses nothing.
      int unused = closing.applyAsInt(id);
    }
  }

  private final String where;
  private final String name;
  private final int mostBytes;

  private Hdf5Attribute(String where, String name, int mostBytes) {
    this.where = where;
    this.name = name;
    this.mostBytes = mostBytes;
  }

  /**
   * Reads an attribute that holds one text of fixed or variable length.
   *
   * @param mostBytes largest size of the text; a longer one is refused
   * @throws InvalidRequestException if there is no such attribute or it cannot be read
   * @throws LinkageError if the native library is missing
   */
  static String read(Path file, String name, int mostBytes) {
    synchronized (Hdf5Attribute.class) {
      return new Hdf5Attribute(file.toString(), name, mostBytes).read();
    }
  }

  private String read() {
    H5open();
    H5Eset_auto2(H5E_DEFAULT(), null, null); // HDF5 would print its stack of errors
    try (Handle access = opened(H5Pcreate(H5P_CLS_FILE_ACCESS_ID_g()), id -> H5Pclose(id))) {
      H5Pset_file_locking(access.id(), false, true);
      try (Handle file =
          opened(H5Fopen(where, H5F_ACC_RDONLY(), access.id()), id -> H5Fclose(id))) {
        if (H5Aexists(file.id(), name) <= 0) {
          throw KerasFile.refused(
              where,
              "it has no attribute "
                  + name
                  + ", so it holds weights alone or no Keras model: save the whole model, with"
                  + " model.save(\"model.h5\")");
        }
        try (Handle attribute =
            opened(H5Aopen(file.id(), name, H5P_DEFAULT()), id -> H5Aclose(id))) {
          return text(attribute);
        }
      }
    }
  }

  private String text(Handle attribute) {
    try (Handle type = opened(H5Aget_type(attribute.id()), id -> H5Tclose(id));
        Handle space = opened(H5Aget_space(attribute.id()), id -> H5Sclose(id))) {
      if (H5Tget_class(type.id()) != H5T_STRING || H5Sget_simple_extent_npoints(space.id()) != 1) {
        throw KerasFile.refused(where, "its attribute " + name + " is not one text");
      }
      return H5Tis_variable_str(type.id()) > 0
          ? variable(attribute, type, space)
          : fixed(attribute, type);
    }
  }

  private String fixed(Handle attribute, Handle type) {
    long size = bounded(H5Tget_size(type.id()));
    try (BytePointer bytes = new BytePointer(size)) {
      check(H5Aread(attribute.id(), type.id(), bytes));
      byte[] text = new byte[(int) size];
      bytes.get(text);
      int end = 0;
      while (end < text.length && text[end] != 0) {
        end++;
      }
      return new String(text, 0, end, StandardCharsets.UTF_8);
    }
  }

  private String variable(Handle attribute, Handle type, Handle space) {
    try (PointerPointer<BytePointer> pointer = new PointerPointer<>(1)) {
      check(H5Aread(attribute.id(), type.id(), pointer));
      try {
        BytePointer bytes = pointer.get(BytePointer.class, 0);
        if (bytes == null) {
          return "";
        }
        byte[] text = new byte[(int) bounded(BytePointer.strlen(bytes))];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
      } finally {
        H5Treclaim(type.id(), space.id(), H5P_DEFAULT(), pointer);
      }
    }
  }

  private long bounded(long bytes) {
    if (bytes < 0 || bytes > mostBytes) {
      throw KerasFile.refused(
          where,
          "its attribute "
              + name
              + " has "
              + Long.toUnsignedString(bytes)
              + " bytes, and the most that are read are "
              + mostBytes);
    }
    return bytes;
  }

  private Handle opened(long id, LongToIntFunction closing) {
    check(id);
    return new Handle(id, closing);
  }

  private void check(long result) {
    if (result < 0) {
      throw KerasFile.refused(where, "HDF5 cannot read it: it is damaged, or cut off");
    }
  }
}
