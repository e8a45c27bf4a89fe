package dev.convoy.driver.dl4j;

import com.esotericsoftware.kryo.Kryo;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.driver.train.rounds.JavaSerialized;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Makes Convoy's classes known to Spark's Kryo. Only an application that sets {@code
 * spark.kryo.registrationRequired} needs it, in {@code spark.kryo.registrator} beside its own.
 */
public final class ConvoyRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(JavaSerialized.class);
    kryo.register(ShardBlock.class);
  }
}
