using System.Buffers.Text;
using System.Globalization;
using System.Text;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>The headers of tus 1.0 (tus.io/protocols/resumable-upload, version 1.0.x).</summary>
internal static class TusHeaders
{
    public const string Version = "1.0.0";
    public const string Resumable = "Tus-Resumable";
    public const string SupportedVersions = "Tus-Version";
    public const string Extensions = "Tus-Extension";
    public const string MaxSize = "Tus-Max-Size";
    public const string ChecksumAlgorithms = "Tus-Checksum-Algorithm";
    public const string Length = "Upload-Length";
    public const string Offset = "Upload-Offset";
    public const string Metadata = "Upload-Metadata";
    public const string Checksum = "Upload-Checksum";
    public const string Expires = "Upload-Expires";
    public const string Concat = "Upload-Concat";
    public const string DeferLength = "Upload-Defer-Length";
    public const string MethodOverride = "X-HTTP-Method-Override";
    public const string PartContentType = "application/offset+octet-stream";

    /// <summary>Reads a header that holds a number of bytes.</summary>
    /// <exception cref="AudioException">Invalid: it is missing, or not such a number.</exception>
    public static long ReadBytes(HttpRequest request, string name) =>
        long.TryParse(request.Headers[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : throw new AudioException(new FieldProblem(name, "Expected a number of bytes, 0 or more.", request.Headers.ContainsKey(name) ? FieldCodes.WrongType : FieldCodes.Required));

    /// <summary>The pairs of <c>Upload-Metadata</c>: names with base64 values, separated by commas.</summary>
    /// <exception cref="AudioException">Invalid: it is malformed.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(HttpRequest request)
    {
        var metadata = new Dictionary<string, string>();
        foreach (var pair in request.Headers[Metadata].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split(' ', 2);
            var value = parts.Length == 2 ? parts[1] : "";
            if (!Base64.IsValid(value) || !metadata.TryAdd(parts[0], Encoding.UTF8.GetString(Convert.FromBase64String(value))))
                throw new AudioException(new FieldProblem(Metadata, "Expected pairs of a name and a value in base64, each name once, separated by commas.", FieldCodes.Malformed));
        }
        return metadata;
    }

    /// <summary>The length of the upload in bytes; null if it is deferred.</summary>
    /// <exception cref="AudioException">Invalid: it is neither given nor deferred, or both.</exception>
    public static long? ReadLength(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(DeferLength, out var deferred))
            return ReadBytes(request, Length);
        return deferred == "1" && !request.Headers.ContainsKey(Length)
            ? null
            : throw new AudioException(new FieldProblem(DeferLength, $"Expected 1, and no {Length}.", FieldCodes.Malformed));
    }

    /// <summary>Writes the offset of an upload, and when it expires.</summary>
    public static void Tell(HttpResponse response, UploadArrival arrival)
    {
        if (arrival.IsComplete || !arrival.IsFinal)
            response.Headers[Offset] = arrival.Offset.ToString(CultureInfo.InvariantCulture);
        if (!arrival.IsComplete)
            response.Headers[Expires] = FormatTime(arrival.ExpiresAt);
    }

    /// <summary>Formats a time for <c>Upload-Expires</c> (RFC 9110, section 5.6.7).</summary>
    private static string FormatTime(DateTimeOffset time) => time.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
}
