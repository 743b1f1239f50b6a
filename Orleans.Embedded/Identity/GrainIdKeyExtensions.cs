using System.Globalization;

namespace Orleans.Runtime;

/// <summary>How numbers and Guids are written as grain keys: upper-case hex and 32 hex digits.</summary>
public static class GrainIdKeyExtensions
{
    /// <summary>The key of a number.</summary>
    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    /// <summary>The key of a Guid.</summary>
    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N"));

    /// <summary>The number of an integer key.</summary>
    /// <exception cref="ArgumentException">The key is no hex number.</exception>
    public static long GetIntegerKey(this GrainId grainId) =>
        long.TryParse(grainId.Key.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
            ? key
            : throw new ArgumentException($"The key of {grainId} is no integer key.", nameof(grainId));

    /// <summary>The Guid of a Guid key.</summary>
    /// <exception cref="ArgumentException">The key is no Guid.</exception>
    public static Guid GetGuidKey(this GrainId grainId) =>
        Guid.TryParseExact(grainId.Key.ToString(), "N", out var key)
            ? key
            : throw new ArgumentException($"The key of {grainId} is no Guid key.", nameof(grainId));
}
