package dev.convoy.worker.export;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/**
 * The result of an export.
 *
 * @param model its directory, with scheme
 * @param output the file
 * @param input input of the network
 * @param probabilities output of the network: one row per image, one value per label
 * @param bytes size of the file
 * @param sha256 digest of the file
 */
public record ExportReport(
    String model,
    String output,
    @JsonIgnore ExportFormat format,
    Port input,
    Port probabilities,
    long bytes,
    String sha256) {

  /**
   * An input or output tensor of the network.
   *
   * @param type {@code float32} or {@code uint8}
   */
  public record Port(String name, String type, List<Axis> shape) {
    public Port {
      shape = List.copyOf(shape);
    }

    /** Returns {@code input, float32 (batch, 1, 28, 28)}. */
    @Override
    public String toString() {
      String extents = String.join(", ", shape.stream().map(Axis::toString).toList());
      return name + ", " + type + " (" + extents + ")";
    }
  }

  /**
   * One extent of a tensor.
   *
   * @param name name of an extent that may differ between calls; empty if it is fixed
   * @param extent the fixed extent, or 0
   */
  public record Axis(String name, long extent) {
    static Axis of(long extent) {
      return new Axis("", extent);
    }

    static Axis open(String name) {
      return new Axis(name, 0);
    }

    boolean isOpen() {
      return !name.isEmpty();
    }

    /** Returns the name or the number. */
    @JsonValue
    Object written() {
      return isOpen() ? (Object) name : extent;
    }

    @Override
    public String toString() {
      return String.valueOf(written());
    }
  }

  @JsonProperty("format")
  String writtenFormat() {
    return format.key();
  }

  /** Version of the ONNX operator set; null for other formats. */
  @JsonProperty("opset")
  public Integer opset() {
    return format == ExportFormat.ONNX ? OnnxModel.OPSET : null;
  }
}
