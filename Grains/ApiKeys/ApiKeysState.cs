using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.ApiKeys;

namespace AudioOrleans.Grains.ApiKeys;

/// <summary>The stored API keys of an account.</summary>
[GenerateSerializer, Alias("audio.api-keys.state")]
public sealed record ApiKeysState
{
    /// <summary>The keys, oldest first.</summary>
    [Id(0)] public ImmutableArray<ApiKey> Keys { get; init; } = [];
}

/// <summary>An API key. Only a hash of the key is stored.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Hash">SHA-256 of the key, hexadecimal.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="ExpiresAt">When it expires, UTC; null for never.</param>
/// <param name="LastUsedAt">When it was used last, UTC; null for never.</param>
[GenerateSerializer, Immutable, Alias("audio.api-keys.key")]
public sealed record ApiKey(
    [property: Id(0)] Guid KeyId,
    [property: Id(1)] string Name,
    [property: Id(2)] string Prefix,
    [property: Id(3)] string Hash,
    [property: Id(4)] ImmutableArray<string> Scopes,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] DateTimeOffset? ExpiresAt,
    [property: Id(7)] DateTimeOffset? LastUsedAt);

/// <summary>Validation of API keys; needs no runtime.</summary>
public static class ApiKeyRules
{
    /// <summary>The most keys an account may have; all of them are sent to each gateway that it uses.</summary>
    public const int MostKeys = 50;

    private const int LongestName = 100;

    /// <summary>The problems with a request for a key; empty if there are none.</summary>
    /// <param name="command">The request.</param>
    /// <param name="ownersScopes">What its owner may do.</param>
    /// <param name="now">The time, UTC.</param>
    public static ImmutableArray<FieldProblem> Check(CreateApiKey command, IReadOnlyList<string> ownersScopes, DateTimeOffset now)
    {
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        if (FieldRules.Text("name", command.Name, 1, LongestName) is { } wrongName)
            problems.Add(wrongName);
        if (command.Scopes.IsEmpty || command.Scopes.Except(ownersScopes).Any())
            problems.Add(new FieldProblem("scopes", $"Expected one or more of: {string.Join(", ", ownersScopes)}.", command.Scopes.IsEmpty ? FieldCodes.Required : FieldCodes.UnknownValue));
        if (command.ExpiresAt <= now)
            problems.Add(new FieldProblem("expires_at", "Expected a time in the future, or none.", FieldCodes.InThePast));
        return problems.ToImmutable();
    }
}
