using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.ApiKeys;

namespace Audio.Orleans.Grains.ApiKeys;

/// <summary>What makes an API key valid; needs no runtime.</summary>
public static class ApiKeyRules
{
    /// <summary>So many keys may an account have; all of them travel to each gateway that it uses.</summary>
    public const int MostKeys = 50;

    private const int LongestName = 100;

    /// <summary>What is wrong with a wish for a key; empty when nothing is.</summary>
    /// <param name="wish">The wish.</param>
    /// <param name="ownersScopes">What its owner may do.</param>
    /// <param name="now">The time, UTC.</param>
    public static ImmutableArray<FieldProblem> Check(CreateApiKey wish, IReadOnlyList<string> ownersScopes, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        if (string.IsNullOrWhiteSpace(wish.Name) || wish.Name.Length > LongestName || wish.Name.Any(char.IsControl))
            problems.Add(new FieldProblem("name", $"Expected 1 to {LongestName} characters, no control characters."));
        if (wish.Scopes.IsEmpty || wish.Scopes.Except(ownersScopes).Any())
            problems.Add(new FieldProblem("scopes", $"Expected one or more of: {string.Join(", ", ownersScopes)}."));
        if (wish.ExpiresAt <= now)
            problems.Add(new FieldProblem("expires_at", "Expected a time to come, or none."));
        return problems.ToImmutable();
    }
}
