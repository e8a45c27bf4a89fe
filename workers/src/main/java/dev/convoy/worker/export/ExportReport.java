package dev.convoy.worker.export;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/**
 * What was exported.
 *
 * @param output the file
 * @param input what the network takes
 * @param probabilities what it puts out: one row an image, one value a label
 * @param bytes of the file
 * @param sha256 of the file
 */
public record ExportReport(
    String output,
    @JsonIgnore ExportFormat format,
    Port input,
    Port probabilities,
    long bytes,
    String sha256) {

  /**
   * A tensor that enters or leaves the network.
   *
   * @param type {@code float32} or {@code uint8}
   */
  public record Port(String name, String type, List<Axis> shape) {
    public Port {
      shape = List.copyOf(shape);
    }

    /** As people write it: {@code input, float32 (batch, 1, 28, 28)}. */
    @Override
    public String toString() {
      String extents = String.join(", ", shape.stream().map(Axis::toString).toList());
      return name + ", " + type + " (" + extents + ")";
    }
  }

  /**
   * One extent of a tensor.
   *
   * @param name of an extent that every call decides; empty where it is fixed
   * @param extent 0 where it is not fixed
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

    /** A name or a number. */
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

  /** Version of ONNX's operators; null for a file that is not ONNX. */
  @JsonProperty("opset")
  public Integer opset() {
    return format == ExportFormat.ONNX ? OnnxModel.OPSET : null;
  }
}
