package dev.convoy.driver;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A wrapper for values sent between driver and executors. They are serialised by Java even if Spark
 * is configured with Kryo, which does not support records and bypasses constructors.
 */
@DefaultSerializer(JavaSerializer.class)
public final class JavaSerialized<T> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final T value;

  private JavaSerialized(T value) {
    this.value = value;
  }

  public static <T> JavaSerialized<T> of(T value) {
    return new JavaSerialized<>(value);
  }

  /** Returns the wrapped value. */
  public T open() {
    return value;
  }

  /** Broadcasts a value to all executors. */
  public static <T> Broadcast<JavaSerialized<T>> broadcast(JavaSparkContext spark, T value) {
    return spark.broadcast(of(value));
  }

  /** Collects the elements of an RDD, in order. */
  public static <T> List<T> collect(JavaRDD<T> rdd) {
    return rdd.map(JavaSerialized::of).collect().stream().map(JavaSerialized::open).toList();
  }
}
