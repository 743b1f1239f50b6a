namespace AudioOrleans.Testing.SignIn;

/// <summary>What a provider does with somebody.</summary>
public enum ProviderBehaviour
{
    /// <summary>All that it should.</summary>
    Works,

    /// <summary>The person says no.</summary>
    Denies,

    /// <summary>It says itself that it is out of order.</summary>
    IsOutOfOrder,

    /// <summary>It takes no code, as for one that is used or too old.</summary>
    RefusesCode,

    /// <summary>It hangs up where codes are traded.</summary>
    HangsUp,

    /// <summary>It never answers where codes are traded.</summary>
    Hangs,

    /// <summary>It sends whoever trades a code elsewhere.</summary>
    Redirects,

    /// <summary>It answers with more than anybody needs.</summary>
    AnswersTooMuch,

    /// <summary>It answers with a page.</summary>
    AnswersHtml,

    /// <summary>It trades the code, and then knows nobody.</summary>
    KnowsNobody,
}

/// <summary>Somebody with an account at a <see cref="LocalProvider"/>.</summary>
public sealed record LocalPerson
{
    private static int s_count = 1000;

    /// <summary>The provider's own id of the person.</summary>
    public int Subject { get; init; } = Interlocked.Increment(ref s_count);

    /// <summary>The primary address; null for none.</summary>
    public string? Email { get; init; } = $"{Guid.NewGuid():N}@example.org";

    /// <summary>Whether the provider knows that the person reads it.</summary>
    public bool IsEmailVerified { get; init; } = true;

    /// <summary>The name to show.</summary>
    public string Name { get; init; } = "Åsa Öberg";

    /// <summary>What the provider does with this person.</summary>
    public ProviderBehaviour Behaviour { get; init; }
}
