package dev.convoy.worker.network.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.hdf5.global.hdf5.H5Aclose;
import static org.bytedeco.hdf5.global.hdf5.H5Acreate2;
import static org.bytedeco.hdf5.global.hdf5.H5Awrite;
import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_TRUNC;
import static org.bytedeco.hdf5.global.hdf5.H5Fclose;
import static org.bytedeco.hdf5.global.hdf5.H5Fcreate;
import static org.bytedeco.hdf5.global.hdf5.H5P_DEFAULT;
import static org.bytedeco.hdf5.global.hdf5.H5S_SCALAR;
import static org.bytedeco.hdf5.global.hdf5.H5Sclose;
import static org.bytedeco.hdf5.global.hdf5.H5Screate;
import static org.bytedeco.hdf5.global.hdf5.H5T_CSET_UTF8;
import static org.bytedeco.hdf5.global.hdf5.H5T_C_S1_g;
import static org.bytedeco.hdf5.global.hdf5.H5T_NATIVE_INT_g;
import static org.bytedeco.hdf5.global.hdf5.H5T_VARIABLE;
import static org.bytedeco.hdf5.global.hdf5.H5Tclose;
import static org.bytedeco.hdf5.global.hdf5.H5Tcopy;
import static org.bytedeco.hdf5.global.hdf5.H5Tset_cset;
import static org.bytedeco.hdf5.global.hdf5.H5Tset_size;
import static org.bytedeco.hdf5.global.hdf5.H5open;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Writes HDF5 files with one attribute at the root. */
final class Hdf5Writer {
  private Hdf5Writer() {}

  /** A text of variable length, as h5py writes what is not a numpy value. */
  static void variable(Path file, String attribute, String text) {
    long type = type(H5T_VARIABLE());
    try (BytePointer bytes = new BytePointer(text, StandardCharsets.UTF_8);
        PointerPointer<BytePointer> pointer = new PointerPointer<>(1)) {
      pointer.put(0, bytes);
      write(file, attribute, type, pointer);
    }
    H5Tclose(type);
  }

  /** A text of fixed length, as h5py writes numpy's. */
  static void fixed(Path file, String attribute, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    long type = type(utf8.length + 5);
    try (BytePointer bytes = new BytePointer(utf8.length + 5L)) {
      bytes.zero();
      bytes.put(utf8);
      write(file, attribute, type, bytes);
    }
    H5Tclose(type);
  }

  static void number(Path file, String attribute, int number) {
    H5open();
    try (IntPointer value = new IntPointer(1)) {
      value.put(number);
      write(file, attribute, H5T_NATIVE_INT_g(), value);
    }
  }

  private static long type(int size) {
    H5open();
    long type = H5Tcopy(H5T_C_S1_g());
    assertThat(H5Tset_size(type, size)).isNotNegative();
    assertThat(H5Tset_cset(type, H5T_CSET_UTF8)).isNotNegative();
    return type;
  }

  private static void write(Path path, String name, long type, Pointer value) {
    long file = H5Fcreate(path.toString(), H5F_ACC_TRUNC(), H5P_DEFAULT(), H5P_DEFAULT());
    long space = H5Screate(H5S_SCALAR);
    long attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT(), H5P_DEFAULT());
    assertThat(attribute).isNotNegative();
    assertThat(H5Awrite(attribute, type, value)).isNotNegative();
    H5Aclose(attribute);
    H5Sclose(space);
    assertThat(H5Fclose(file)).isNotNegative();
  }
}
