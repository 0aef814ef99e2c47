/**
 * Web Streams, as the WHATWG standard and Node's {@code stream/web} have them: pulled instead of pushed, on promises.
 * It uses {@code io.gyre.stream} and what that may use.
 *
 * <p>Byte streams with readers that bring their own buffer (BYOB) are not there.
 */
@NullMarked
package io.gyre.stream.web;

import org.jspecify.annotations.NullMarked;
