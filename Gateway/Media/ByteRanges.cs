using Microsoft.Net.Http.Headers;

namespace AudioOrleans.Gateway.Media;

/// <summary>A part of a file.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">How many bytes it has; at least one.</param>
public readonly record struct ByteRange(long Offset, long Length);

/// <summary>What part of a file a request asks for (RFC 9110, section 14).</summary>
public static class ByteRanges
{
    /// <summary>
    /// The part; null for all of it: no range, one that cannot be read, several at once, or one of a file that it is not any more
    /// (<c>If-Range</c>).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="length">How long the file is, in bytes.</param>
    /// <param name="etag">The file's strong tag, quotes included.</param>
    /// <param name="cannotBeMet">Whether the part lies outside of the file: 416.</param>
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
