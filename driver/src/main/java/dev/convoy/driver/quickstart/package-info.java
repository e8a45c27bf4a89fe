/** Where the quickstart's images come from: {@link dev.convoy.driver.quickstart.FashionMnist}. */
package dev.convoy.driver.quickstart;
