package dev.convoy.driver.sql;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.transform.ImageColumn;
import dev.convoy.worker.model.ModelStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import scala.Function1;
import scala.Tuple3;
import scala.collection.Seq;

/** Registers the functions, and reads their arguments. */
public final class SqlFunctions {
  /** Shape for a check of types, which does not depend on it. */
  private static final ImageShape ANY = new ImageShape(1, 1, 1);

  private SqlFunctions() {}

  /** Registers the functions and what plans and runs them. */
  public static void register(SparkSessionExtensions extensions) {
    add(
        extensions,
        SqlFunction.PREDICT,
        "_FUNC_(image, model[, options]) - Returns the label that the model in the directory predicts, its"
            + " number, the confidence, and the error of an image without a prediction.");
    add(
        extensions,
        SqlFunction.EMBED,
        "_FUNC_(image, model[, layer][, options]) - Returns the values of a layer of the model for the image,"
            + " by default of the last one before the output layer.");
    extensions.injectPostHocResolutionRule(session -> new PlanCalls());
    extensions.injectOptimizerRule(session -> new PushThroughScoring());
    extensions.injectPlannerStrategy(session -> new ScoreStrategy());
  }

  private static void add(SparkSessionExtensions extensions, SqlFunction function, String usage) {
    Function1<Seq<Expression>, Expression> builder =
        arguments -> call(function, Scala.list(arguments));
    ExpressionInfo info =
        new ExpressionInfo(
            ImageCall.class.getName(), null, function.sqlName(), usage, "", "", "", "", "", "", "");
    extensions.injectFunction(
        new Tuple3<>(new FunctionIdentifier(function.sqlName()), info, builder));
  }

  private static Expression call(SqlFunction function, List<Expression> arguments) {
    String name = function.sqlName();
    Problems problems = new Problems();
    int last = arguments.size() - 1;
    boolean hasOptions = last >= 2 && arguments.get(last).dataType() instanceof MapType;
    int others = hasOptions ? last : arguments.size();
    int most = function == SqlFunction.EMBED ? 3 : 2;
    if (others < 2 || others > most) {
      problems.add(
          name,
          arguments.size()
              + " arguments were given (it takes an image, the directory of a model"
              + (most == 3 ? ", possibly the name of a layer," : "")
              + " and possibly a map of options)");
      problems.refuseIfAny("Cannot analyse");
    }
    ImageForm form =
        hasOptions
            ? ImageForm.of(name, options(name, arguments.get(last), problems), problems)
            : ImageForm.RECOGNISED;
    Expression image = arguments.get(0);
    ImageColumn.of(
        name + "(" + image.sql() + ")",
        image.dataType(),
        0,
        form.format(),
        form.pixels(ANY),
        problems);
    String model = text(name, "the model", arguments.get(1), problems);
    String layer = others == 3 ? text(name, "the layer", arguments.get(2), problems) : "";
    problems.refuseIfAny("Cannot analyse");
    return new ImageCall(function, image, located(name, model), layer, form);
  }

  private static Map<String, String> options(
      String function, Expression argument, Problems problems) {
    MapType type = (MapType) argument.dataType();
    boolean texts =
        type.keyType().equals(DataTypes.StringType)
            && type.valueType().equals(DataTypes.StringType);
    if (!argument.foldable() || !texts || !(argument.eval(null) instanceof MapData map)) {
      problems.add(
          function,
          "the options must be a constant map of texts, such as map('imageFormat', 'pixels'), and"
              + " are "
              + argument.sql());
      return Map.of();
    }
    Map<String, String> options = new TreeMap<>();
    for (int i = 0; i < map.numElements(); i++) {
      options.put(
          map.keyArray().get(i, DataTypes.StringType).toString(),
          String.valueOf(map.valueArray().get(i, DataTypes.StringType)));
    }
    return options;
  }

  private static String text(
      String function, String which, Expression argument, Problems problems) {
    if (!argument.foldable() || !argument.dataType().equals(DataTypes.StringType)) {
      problems.add(function, which + " must be a constant text, and is " + argument.sql());
      return "";
    }
    Object value = argument.eval(null);
    if (value == null || value.toString().isBlank()) {
      problems.add(function, which + " must be named, and is " + argument.sql());
      return "";
    }
    return value.toString();
  }

  private static String located(String function, String path) {
    Storage storage = storage(SparkSession.active());
    String directory = ModelStore.locate(storage, path);
    if (!ModelStore.isModel(storage, directory)) {
      throw new InvalidRequestException(
          "Cannot analyse "
              + function
              + ": there is no model at "
              + path
              + " (a finished run has its model in RUN/model)");
    }
    return storage.qualified(directory);
  }

  static Storage storage(SparkSession session) {
    return new Storage(session.sparkContext().hadoopConfiguration());
  }
}
