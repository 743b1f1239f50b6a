namespace AudioOrleans.Grains.Interfaces.ApiKeys;

/// <summary>API keys: <c>ao_</c>, and key, account and a secret, see <see cref="OpaqueToken"/>.</summary>
public static class ApiKeyToken
{
    /// <summary>What all begin with, so that scanners find keys that were published by mistake.</summary>
    public const string Start = "ao_";

    /// <summary>Enough to tell an account's keys apart, and none of the secret.</summary>
    private const int PrefixLength = 12;

    /// <summary>A new key. Its own id comes first: the start of a key is what people see of it.</summary>
    public static string Create(Guid userId, Guid keyId) => Start + OpaqueToken.Create(keyId, userId);

    /// <summary>Reads whose key it is, without any promise that it is good. False when it has not the form.</summary>
    public static bool TryRead(string? key, out Guid userId, out Guid keyId)
    {
        Span<Guid> ids = stackalloc Guid[2];
        var read = key?.StartsWith(Start, StringComparison.Ordinal) == true && OpaqueToken.TryRead(key.AsSpan(Start.Length), ids);
        (keyId, userId) = (ids[0], ids[1]);
        return read;
    }

    /// <summary>What is shown of a key: its first characters.</summary>
    public static string PrefixOf(string key) => key[..PrefixLength];
}
