using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.ApiKeys;

namespace AudioOrleans.Grains.ApiKeys;

/// <summary>What makes an API key valid; needs no runtime.</summary>
public static class ApiKeyRules
{
    /// <summary>So many keys may an account have; all of them travel to each gateway that it uses.</summary>
    public const int MostKeys = 50;

    private const int LongestName = 100;

    /// <summary>What is wrong with a wish for a key; empty when nothing is.</summary>
    /// <param name="input">The wish.</param>
    /// <param name="ownersScopes">What its owner may do.</param>
    /// <param name="now">The time, UTC.</param>
    public static ImmutableArray<FieldProblem> Check(CreateApiKey input, IReadOnlyList<string> ownersScopes, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(input);
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        if (string.IsNullOrWhiteSpace(input.Name) || input.Name.Length > LongestName || input.Name.Any(char.IsControl))
            problems.Add(new FieldProblem("name", $"Expected 1 to {LongestName} characters, no control characters."));
        if (input.Scopes.IsEmpty || input.Scopes.Except(ownersScopes).Any())
            problems.Add(new FieldProblem("scopes", $"Expected one or more of: {string.Join(", ", ownersScopes)}."));
        if (input.ExpiresAt <= now)
            problems.Add(new FieldProblem("expires_at", "Expected a time to come, or none."));
        return problems.ToImmutable();
    }
}
