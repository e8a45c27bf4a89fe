package dev.convoy.driver.dl4j;

import com.esotericsoftware.kryo.Kryo;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.driver.JavaSerialized;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers Convoy's classes with Spark's Kryo. Only applications that set {@code
 * spark.kryo.registrationRequired} need it: they add it to {@code spark.kryo.registrator}.
 */
public final class ConvoyRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(JavaSerialized.class);
    kryo.register(ShardBlock.class);
  }
}
