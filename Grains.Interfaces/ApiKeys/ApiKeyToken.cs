namespace AudioOrleans.Grains.Interfaces.ApiKeys;

/// <summary>API keys: <c>ao_</c>, then key id, account id and a secret, see <see cref="OpaqueToken"/>.</summary>
public static class ApiKeyToken
{
    /// <summary>The prefix of all API keys, so that secret scanners find keys published by mistake.</summary>
    public const string Start = "ao_";

    /// <summary>Enough to distinguish an account's keys, without exposing the secret.</summary>
    private const int PrefixLength = 12;

    /// <summary>Creates a key. Its own id comes first: users see the start of a key.</summary>
    public static string Create(Guid userId, Guid keyId) => Start + OpaqueToken.Create(keyId, userId);

    /// <summary>Reads the ids without verifying the key. False if the key is malformed.</summary>
    public static bool TryRead(string? key, out Guid userId, out Guid keyId)
    {
        Span<Guid> ids = stackalloc Guid[2];
        var read = key?.StartsWith(Start, StringComparison.Ordinal) == true && OpaqueToken.TryRead(key.AsSpan(Start.Length), ids);
        (keyId, userId) = (ids[0], ids[1]);
        return read;
    }

    /// <summary>The part of a key that is displayed: its first characters.</summary>
    public static string PrefixOf(string key) => key[..PrefixLength];
}
