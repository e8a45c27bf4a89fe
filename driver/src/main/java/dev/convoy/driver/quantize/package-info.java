/**
 * Quantization: {@link dev.convoy.driver.quantize.Quantizer} makes a model one that scores in
 * integers of 8 bits, and measures what that costs.
 */
package dev.convoy.driver.quantize;
