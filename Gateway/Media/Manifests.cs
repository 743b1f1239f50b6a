using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using Microsoft.Extensions.Primitives;

namespace AudioOrleans.Gateway.Media;

/// <summary>Caches HLS playlists from the store in memory: an object in the store never changes.</summary>
public sealed partial class Manifests(IObjectStore store)
{
    private const long MostBytes = 64 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, byte[]> _known = new();
    private long _bytes;

    /// <summary>The text of a playlist, UTF-8; null when it does not exist.</summary>
    public async ValueTask<byte[]?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(key, out var known))
            return known;
        await using var found = await store.OpenAsync(key, cancellationToken: cancellationToken);
        if (found is null)
            return null;
        using var copy = new MemoryStream((int)found.Info.Length);
        await found.Content.CopyToAsync(copy, cancellationToken);
        var text = copy.ToArray();
        if (Interlocked.Add(ref _bytes, text.Length) > MostBytes)
        {
            _known.Clear();
            Interlocked.Exchange(ref _bytes, text.Length);
        }
        return _known[key] = text;
    }

    /// <summary>Sends a playlist.</summary>
    /// <param name="context">The request.</param>
    /// <param name="text">The playlist, UTF-8.</param>
    /// <param name="version">Distinguishes it from other versions at the same address.</param>
    /// <param name="cacheControl">How long it may be cached, and by whom.</param>
    public static async Task SendAsync(HttpContext context, byte[] text, string version, StringValues cacheControl)
    {
        var token = context.Request.Query["token"].ToString();
        // A token in the address must be appended to each address in the playlist too: such players send no headers.
        var body = token.Length == 0 ? text : Encoding.UTF8.GetBytes(Address().Replace(Encoding.UTF8.GetString(text), $"$0?token={Uri.EscapeDataString(token)}"));
        if (MediaResponses.Begin(context, body.Length, $"\"{version}\"", VodPlaylist.ContentType, token.Length == 0 ? cacheControl : "private, no-store") is { } range
            && HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body.AsMemory((int)range.Offset, (int)range.Length), context.RequestAborted);
        }
    }

    [GeneratedRegex(@"^[^#\n].*$", RegexOptions.Multiline)]
    private static partial Regex Address();
}
