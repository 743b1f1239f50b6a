using System.Globalization;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.RelayHost.Objects;
using Microsoft.Extensions.Primitives;

namespace AudioOrleans.Gateway.Media;

/// <summary>Sends files from the object store, whole or as ranges, with the headers that caches and players need.</summary>
public static class MediaResponses
{
    /// <summary>For shared caches: content that never changes at its address.</summary>
    public static readonly StringValues Immutable = "public, max-age=31536000, immutable";

    /// <summary>The same, for the requesting client only.</summary>
    public static readonly StringValues PrivateImmutable = "private, max-age=31536000, immutable";

    private static readonly StringValues Bytes = "bytes";

    /// <summary>Sends an object, or 404.</summary>
    /// <param name="context">The request, GET or HEAD.</param>
    /// <param name="store">The store.</param>
    /// <param name="key">The object.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="cacheControl">How long it may be cached, and by whom.</param>
    /// <param name="through">A filter for the whole object, which preserves its length; null for none.</param>
    /// <returns>Whether the object exists.</returns>
    public static async Task<bool> SendAsync(
        HttpContext context, IObjectStore store, string key, string contentType, StringValues cacheControl, Func<Stream, Stream>? through = null)
    {
        var cancellation = context.RequestAborted;
        var isWhole = context.Request.Headers.Range.Count == 0 && HttpMethods.IsGet(context.Request.Method);
        await using var whole = isWhole ? await store.OpenAsync(key, cancellationToken: cancellation) : null;
        var info = whole?.Info ?? (isWhole ? null : await store.FindAsync(key, cancellation));
        if (info is null)
        {
            context.Response.Headers.CacheControl = "no-store";
            await ProblemJson.Create(StatusCodes.Status404NotFound, "There is no such file").ExecuteAsync(context);
            return false;
        }
        if (Begin(context, info.Length, $"\"{info.ETag}\"", contentType, cacheControl) is not { } range || !HttpMethods.IsGet(context.Request.Method))
            return true;
        if (whole is not null)
        {
            await using var sent = through?.Invoke(whole.Content) ?? whole.Content;
            await context.SendAsync(sent, info.Length);
            return true;
        }
        await using var part = await (through is null ? store.OpenAsync(key, range.Offset, range.Length, cancellation) : store.OpenAsync(key, cancellationToken: cancellation));
        if (part is null || part.Info.ETag != info.ETag)
            context.Abort(); // It was deleted or changed after the headers were set: the announced body cannot be sent.
        else if (through is null)
            await context.SendAsync(part.Content, range.Length);
        else
            await CopyPartAsync(through(part.Content), range, context.Response.Body, cancellation);
        return true;
    }

    private static async Task CopyPartAsync(Stream whole, ByteRange range, Stream to, CancellationToken cancellationToken)
    {
        await using (whole)
        {
            var buffer = new byte[16 * 1024];
            for (var (skip, left) = (range.Offset, range.Length); left > 0;)
            {
                var read = await whole.ReadAtLeastAsync(buffer, 1, cancellationToken: cancellationToken);
                var skipped = (int)Math.Min(skip, read);
                var sent = (int)Math.Min(left, read - skipped);
                await to.WriteAsync(buffer.AsMemory(skipped, sent), cancellationToken);
                (skip, left) = (skip - skipped, left - sent);
            }
        }
    }

    /// <summary>Sends the headers of a file.</summary>
    /// <param name="context">The request.</param>
    /// <param name="length">The file's length in bytes.</param>
    /// <param name="etag">Its strong ETag, quotes included.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="cacheControl">How long it may be cached, and by whom.</param>
    /// <returns>The range to send; null when the response has no body: 304 or 416.</returns>
    public static ByteRange? Begin(HttpContext context, long length, string etag, string contentType, StringValues cacheControl)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = etag;
        response.Headers.CacheControl = cacheControl;
        response.Headers.AcceptRanges = Bytes;
        if (request.Headers.IfNoneMatch is { Count: > 0 } known && (known == "*" || known.ToString().Contains(etag, StringComparison.Ordinal)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }
        var range = ByteRanges.Find(request, length, etag, out var cannotBeMet);
        if (cannotBeMet)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{length}");
            return null;
        }
        response.ContentType = contentType;
        if (range is { } part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {part.Offset}-{part.Offset + part.Length - 1}/{length}");
        }
        var sent = range ?? new ByteRange(0, length);
        response.ContentLength = sent.Length;
        return sent;
    }
}
