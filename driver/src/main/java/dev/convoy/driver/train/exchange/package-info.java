/**
 * The exchange of a round's vectors between executors. Each executor owns a part of the chunks: it
 * receives the other executors' values of them, averages them, takes the outer step, and sends the
 * result to all (a reduce-scatter and an all-gather). The driver sends orders and receives metrics;
 * no vector passes through it but the state that it asks for.
 */
package dev.convoy.driver.train.exchange;
