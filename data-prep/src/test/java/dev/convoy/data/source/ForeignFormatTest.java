package dev.convoy.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind is known by its signature under any name, and by its name where it has none. */
class ForeignFormatTest {
  @TempDir Path directory;
  private final Storage storage = new Storage(new Configuration());

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] at(int offset, String text) {
    byte[] bytes = new byte[600];
    byte[] signature = latin(text);
    System.arraycopy(signature, 0, bytes, offset, signature.length);
    return bytes;
  }

  private static ForeignFormat kind(String name, byte[] bytes) {
    return ForeignFormat.of(new Storage.Entry("/in/" + name, name, bytes.length, 0), bytes)
        .orElse(null);
  }

  @Test
  void signaturesDecideUnderAnyName() {
    assertThat(kind("part-0", latin("ORC..."))).isEqualTo(ForeignFormat.ORC);
    assertThat(kind("part-0", latin("Obj\u0001..."))).isEqualTo(ForeignFormat.AVRO);
    assertThat(kind("x.csv", latin("PAR1..."))).isEqualTo(ForeignFormat.PARQUET);
    assertThat(kind("images", at(257, "ustar"))).isEqualTo(ForeignFormat.TAR);
    assertThat(kind("images", latin("PK\u0003\u0004"))).isEqualTo(ForeignFormat.ZIP);
    assertThat(kind("x.npz", latin("PK\u0003\u0004"))).isEqualTo(ForeignFormat.NPZ);
    assertThat(kind("x", latin("\u0089HDF\r\n\u001a\n"))).isEqualTo(ForeignFormat.HDF5);
    assertThat(kind("x", latin("\u0093NUMPY"))).isEqualTo(ForeignFormat.NPY);
    assertThat(kind("x", latin("SQLite format 3\0"))).isEqualTo(ForeignFormat.SQLITE);
    assertThat(kind("x", at(16, "\u00de\u00c0\u00ef\u00be"))).isEqualTo(ForeignFormat.LMDB);
    assertThat(kind("train", new byte[] {(byte) 0x80, 2, 125})).isEqualTo(ForeignFormat.PICKLE);
    byte[] rec = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0xced7230a).array();
    assertThat(kind("x", rec)).isEqualTo(ForeignFormat.RECORD_IO);
  }

  @Test
  void aTfRecordIsKnownByTheChecksumOfItsLength() {
    byte[] start =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(5)
            .putInt(maskedBitByBit(new byte[] {5, 0, 0, 0, 0, 0, 0, 0}))
            .array();
    assertThat(kind("data-00000-of-00010", start)).isEqualTo(ForeignFormat.TFRECORD);
    start[9]++;
    assertThat(kind("data-00000-of-00010", start)).isNull();
  }

  /** CRC-32C by its definition, masked as TFRecord does. */
  private static int maskedBitByBit(byte[] bytes) {
    int crc = -1;
    for (byte value : bytes) {
      crc ^= value & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  @ParameterizedTest
  @CsvSource({
    "a.orc, ORC",
    "a.avro, AVRO",
    "a.CSV, CSV",
    "a.csv.gz, CSV",
    "a.tsv, TSV",
    "a.json, JSON",
    "a.jsonl, JSON",
    "a.tar.gz, TAR",
    "a.tgz, TAR",
    "a.zip, ZIP",
    "a.tfrecord, TFRECORD",
    "a.tfrecord-00000-of-00002, TFRECORD",
    "data.mdb, LMDB",
    "lock.mdb, LMDB",
    "a.hdf5, HDF5",
    "a.h5, HDF5",
    "a.npy, NPY",
    "a.rec, RECORD_IO",
    "data_batch_1, PICKLE",
    "batches.meta, PICKLE",
    "a.pkl, PICKLE",
    "train-images-idx3-ubyte.gz, IDX"
  })
  void namesDecideWhereThereIsNoSignature(String name, ForeignFormat expected) {
    assertThat(kind(name, new byte[3])).isEqualTo(expected);
  }

  @Test
  void binaryCifarHasRecordsOf3073Or3074Bytes() {
    assertThat(kind("data_batch_1.bin", new byte[3073 * 2])).isEqualTo(ForeignFormat.CIFAR);
    assertThat(kind("train.bin", new byte[3074])).isEqualTo(ForeignFormat.CIFAR);
    assertThat(kind("train.bin", new byte[3000])).isNull();
    assertThat(kind("notes.txt", latin("notes"))).isNull();
  }

  @Test
  void everyKindSaysWhatToDo() {
    for (ForeignFormat format : ForeignFormat.values()) {
      for (InputUse use : InputUse.values()) {
        assertThat(format.remedy("/in", use)).as("%s %s", format, use).isNotBlank();
      }
      assertThat(format.count(1)).startsWith("1 ");
    }
  }

  private void put(String name, byte[] bytes) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private List<String> faults(String path, InputUse use) {
    return ForeignInput.refusal(storage, directory.resolve(path).toString(), use).stream().toList();
  }

  @Test
  void tablesWithALogAreKnownFromAnyPlaceInThem() throws IOException {
    put("delta/_delta_log/00000000000000000000.json", new byte[0]);
    put("delta/day=1/part-0.parquet", latin("PAR1"));
    put("iceberg/metadata/v1.metadata.json", new byte[0]);
    put("iceberg/data/part-0.parquet", latin("PAR1"));
    put("hudi/.hoodie/hoodie.properties", new byte[0]);
    put("hudi/x/part-0.parquet", latin("PAR1"));
    put("plain/metadata/notes.json", new byte[0]);
    put("plain/part-0.parquet", latin("PAR1"));
    for (InputUse use : InputUse.values()) {
      for (String path : List.of("delta", "delta/day=1", "delta/day=1/part-0.parquet")) {
        assertThat(faults(path, use)).singleElement().asString().contains(" Delta table");
      }
      for (String path : List.of("iceberg", "iceberg/data", "iceberg/data/part-0.parquet")) {
        assertThat(faults(path, use)).singleElement().asString().contains(" Iceberg table");
      }
      for (String path : List.of("hudi", "hudi/x", "hudi/x/part-0.parquet")) {
        assertThat(faults(path, use)).singleElement().asString().contains(" Hudi table");
      }
    }
    assertThat(faults("plain", InputUse.SCORE)).isEmpty();
    Path link =
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("delta/day=1"));
    assertThat(faults(link.getFileName().toString(), InputUse.SCORE)).hasSize(1);
    Problems problems = new Problems();
    ForeignInput.checkOutput(storage, directory + "/delta/new/scores", problems);
    assertThat(problems.faults()).singleElement().asString().contains("lies in the Delta table");
  }

  @Test
  void tablesWithALogAreKnownFromDirectoriesAboveThem() throws IOException {
    put("d/lake/delta/_delta_log/00000000000000000000.json", new byte[0]);
    put("d/lake/delta/part-0.parquet", latin("PAR1"));
    put("i/lake/iceberg/metadata/v1.metadata.json", new byte[0]);
    put("i/lake/iceberg/data/part-0.orc", latin("ORC"));
    put("h/lake/hudi/.hoodie/hoodie.properties", new byte[0]);
    put("h/lake/hudi/day=1/part-0.parquet", latin("PAR1"));
    List<String> tables =
        List.of("d/lake/delta Delta", "i/lake/iceberg Iceberg", "h/lake/hudi Hudi");
    for (String table : tables) {
      String root = table.substring(0, table.indexOf(' '));
      String holds =
          "it holds the "
              + table.substring(table.indexOf(' ') + 1)
              + " table "
              + storage.qualified(directory.resolve(root).toString())
              + ", ";
      for (String above : List.of(root.substring(0, 1), root.substring(0, root.lastIndexOf('/')))) {
        Problems problems = new Problems();
        String input = directory.resolve(above).toString();
        ImageSource.open(new InputListing(storage, input), Optional.empty(), List.of(), problems);
        assertThat(problems.faults()).singleElement().asString().startsWith(holds);
        List<Storage.Entry> files = storage.filesBelow(input);
        assertThat(ForeignInput.describe(storage, input, files, InputUse.SCORE).orElseThrow())
            .startsWith(holds);
      }
    }
  }

  @Test
  void tablesToWhichNothingWasWrittenYetAreKnownFromAbove() throws IOException {
    put("d/delta/_delta_log/00000000000000000000.json", new byte[0]);
    put("i/iceberg/metadata/v1.metadata.json", new byte[0]);
    put("h/hudi/.hoodie/hoodie.properties", new byte[0]);
    put("n/db/delta/_delta_log/00000000000000000000.json", new byte[0]);
    for (String table : List.of("d Delta", "i Iceberg", "h Hudi", "n Delta")) {
      String input = directory.resolve(table.substring(0, 1)).toString();
      String holds = "it holds the " + table.substring(2) + " table ";
      Problems problems = new Problems();
      ImageSource.open(new InputListing(storage, input), Optional.empty(), List.of(), problems);
      assertThat(problems.faults()).singleElement().asString().startsWith(holds);
      assertThat(
              ForeignInput.describe(storage, input, storage.filesBelow(input), InputUse.SCORE)
                  .orElseThrow())
          .startsWith(holds);
    }
    Files.createDirectories(directory.resolve("empty/cat"));
    assertThat(ForeignInput.describe(storage, directory + "/empty", List.of(), InputUse.SCORE))
        .isEmpty();
  }

  @Test
  void foldersOfOtherFilesAreToldByKindAndCount() throws IOException {
    for (int i = 0; i < 5; i++) {
      put("cifar/data_batch_" + (i + 1), new byte[] {(byte) 0x80, 2, 125});
    }
    put("cifar/readme.html", latin("<html>"));
    Problems problems = new Problems();
    ImageSource.open(
        new InputListing(storage, directory + "/cifar"),
        Optional.empty(),
        Collections.emptyList(),
        problems);
    assertThat(problems.faults())
        .containsExactly(
            "it holds 5 Python pickles (data_batch_1): write its images as PNG or JPEG files in one"
                + " folder for each label, and prepare the folder around them");
    put("one.tar", Arrays.copyOf(at(257, "ustar"), 1024));
    assertThat(faults("one.tar", InputUse.PREPARE))
        .containsExactly(
            "it is a tar archive: prepare and score read whole archives, plain or compressed with gzip or zstd; copy it again, or compress it so");
    put("data/manifest.json", new byte[0]);
    put("data/examples/split=train/a.parquet", new byte[0]);
    assertThat(faults("data", InputUse.SCORE)).isEmpty();
    assertThat(faults("data", InputUse.PREPARE))
        .singleElement()
        .asString()
        .contains("it is a prepared dataset already");
    put("run/plan.json", new byte[0]);
    put("run/metrics.jsonl", new byte[0]);
    assertThat(faults("run", InputUse.SCORE))
        .singleElement()
        .asString()
        .contains("it is a run (the images");
  }
}
