using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>Stores the cover of an audio file unchanged.</summary>
public sealed class CoverArt(IObjectStore store)
{
    private const int MostBytes = 8 * 1024 * 1024;

    private const string Jpeg = "image/jpeg", Png = "image/png", WebP = "image/webp";

    /// <summary>Stores the cover. False when it cannot be displayed: too large, or of a type that browsers do not support.</summary>
    public async Task<bool> TakeAsync(ReadOnlyMemory<byte> cover, string key, CancellationToken cancellationToken)
    {
        if (cover.Length > MostBytes || !TryFindContentType(cover.Span, out var contentType))
            return false;
        using var content = new MemoryStream(cover.ToArray(), writable: false);
        await store.PutAsync(key, content, contentType, default, cancellationToken);
        return true;
    }

    /// <summary>Detects the type of a picture from its first bytes; false when browsers do not support it.</summary>
    public static bool TryFindContentType(ReadOnlySpan<byte> head, out string contentType)
    {
        contentType = head switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => Png,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebP,
            [0xFF, 0xD8, 0xFF, ..] => Jpeg,
            _ => "",
        };
        return contentType.Length > 0;
    }

    /// <summary>Returns the type of a stored cover from its first bytes.</summary>
    public static string ContentTypeOf(ReadOnlySpan<byte> head) => TryFindContentType(head, out var contentType) ? contentType : Jpeg;
}
