package dev.convoy.driver.sql;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.IndexedSeq;
import scala.collection.Seq;

/**
 * A call of one of the functions. It is no more than a mark in an expression: {@link PlanCalls}
 * replaces it by the column of a {@link ScoreImages}.
 */
public final class ImageCall extends Expression implements Unevaluable, Serializable {
  private static final long serialVersionUID = 1L;

  private static final StructType PREDICTION =
      new StructType()
          .add("label", DataTypes.StringType, true)
          .add("prediction", DataTypes.IntegerType, true)
          .add("confidence", DataTypes.DoubleType, true)
          .add("error", DataTypes.StringType, true);

  private static final DataType VALUES = DataTypes.createArrayType(DataTypes.FloatType, false);

  private final SqlFunction function;
  private final Expression image;
  private final String model;
  private final String layer;
  private final ImageForm form;

  /**
   * Creates a call.
   *
   * @param image expression of the image
   * @param model directory of the model
   * @param layer layer whose values are returned; empty for the last one before the output layer
   * @param form form of the image
   */
  ImageCall(SqlFunction function, Expression image, String model, String layer, ImageForm form) {
    this.function = function;
    this.image = image;
    this.model = model;
    this.layer = layer;
    this.form = form;
  }

  SqlFunction function() {
    return function;
  }

  Expression image() {
    return image;
  }

  String model() {
    return model;
  }

  String layer() {
    return layer;
  }

  ImageForm form() {
    return form;
  }

  @Override
  public DataType dataType() {
    return function == SqlFunction.PREDICT ? PREDICTION : VALUES;
  }

  @Override
  public boolean nullable() {
    return function == SqlFunction.EMBED;
  }

  @Override
  public Seq<Expression> children() {
    return Scala.seq(List.of(image));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new ImageCall(function, children.apply(0), model, layer, form);
  }

  @Override
  public Object eval(InternalRow row) {
    throw misplaced();
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw misplaced();
  }

  private UnsupportedOperationException misplaced() {
    return new UnsupportedOperationException(
        prettyName() + " cannot be used here (select it in a subquery, and use its column)");
  }

  @Override
  public String prettyName() {
    return function.sqlName();
  }

  @Override
  public String sql() {
    return text(image.sql());
  }

  @Override
  public String toString() {
    return text(image.toString());
  }

  private String text(String imageText) {
    String last =
        (layer.isEmpty() ? "" : ", " + layer)
            + (form.equals(ImageForm.RECOGNISED) ? "" : ", " + form);
    return prettyName() + "(" + imageText + ", " + model + last + ")";
  }

  @Override
  public int productArity() {
    return 5;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> function;
      case 1 -> image;
      case 2 -> model;
      case 3 -> layer;
      case 4 -> form;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ImageCall;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageCall call
        && function == call.function
        && image.equals(call.image)
        && model.equals(call.model)
        && layer.equals(call.layer)
        && form.equals(call.form);
  }

  @Override
  public int hashCode() {
    return Objects.hash(function, image, model, layer, form);
  }
}
