using Microsoft.Net.Http.Headers;

namespace AudioOrleans.Gateway.Media;

/// <summary>A byte range of a file.</summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">The number of bytes; at least one.</param>
public readonly record struct ByteRange(long Offset, long Length);

/// <summary>Selects the byte range that a request asks for (RFC 9110, section 14).</summary>
public static class ByteRanges
{
    /// <summary>
    /// The range; null for the whole file: no range, an unreadable one, several ranges, or a range of an outdated version (<c>If-Range</c>).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="length">The file's length in bytes.</param>
    /// <param name="etag">The file's strong ETag, quotes included.</param>
    /// <param name="cannotBeMet">Whether the range lies outside of the file: 416.</param>
    public static ByteRange? Find(HttpRequest request, long length, string etag, out bool cannotBeMet)
    {
        cannotBeMet = false;
        if (request.Headers.Range.Count == 0 || !HttpMethods.IsGet(request.Method) || (request.Headers.IfRange is { Count: > 0 } tag && tag != etag)
            || !RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var header) || header.Unit != "bytes" || header.Ranges.Count != 1)
        {
            return null;
        }
        var range = header.Ranges.First();
        var from = range.From ?? Math.Max(0, length - range.To!.Value);
        var to = range.From is null ? length - 1 : Math.Min(range.To ?? (length - 1), length - 1);
        cannotBeMet = from >= length || to < from;
        return cannotBeMet ? null : new ByteRange(from, to - from + 1);
    }
}
