package dev.convoy.driver.train;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A value between driver and executors. It travels in Java's form whatever serializer the
 * application has given Spark: Kryo's knows no records and calls no constructor.
 */
@DefaultSerializer(JavaSerializer.class)
final class Parcel<T> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final T value;

  private Parcel(T value) {
    this.value = value;
  }

  static <T> Parcel<T> of(T value) {
    return new Parcel<>(value);
  }

  /** The value that was sent. */
  T open() {
    return value;
  }

  /** Sends a value to all executors. */
  static <T> Broadcast<Parcel<T>> broadcast(JavaSparkContext spark, T value) {
    return spark.broadcast(of(value));
  }

  /** The elements of an RDD, in its order. */
  static <T> List<T> collect(JavaRDD<T> rdd) {
    return rdd.map(Parcel::of).collect().stream().map(Parcel::open).toList();
  }
}
