namespace AudioOrleans.Testing.SignIn;

/// <summary>How a provider behaves for a person.</summary>
public enum ProviderBehaviour
{
    /// <summary>It works as it should.</summary>
    Works,

    /// <summary>The person denies access.</summary>
    Denies,

    /// <summary>It reports a server error.</summary>
    IsOutOfOrder,

    /// <summary>It refuses the code as used or expired.</summary>
    RefusesCode,

    /// <summary>It closes the connection to its token endpoint.</summary>
    HangsUp,

    /// <summary>Its token endpoint never answers.</summary>
    Hangs,

    /// <summary>Its token endpoint redirects elsewhere.</summary>
    Redirects,

    /// <summary>It answers with a response that is too large.</summary>
    AnswersTooMuch,

    /// <summary>It answers with an HTML page.</summary>
    AnswersHtml,

    /// <summary>It accepts the code, but then does not know the person.</summary>
    KnowsNobody,
}

/// <summary>A person with an account at a <see cref="LocalProvider"/>.</summary>
public sealed record LocalPerson
{
    private static int s_count = 1000;

    /// <summary>The provider's own id of the person.</summary>
    public int Subject { get; init; } = Interlocked.Increment(ref s_count);

    /// <summary>The primary address; null for none.</summary>
    public string? Email { get; init; } = $"{Guid.NewGuid():N}@example.org";

    /// <summary>Whether the provider has verified the address.</summary>
    public bool IsEmailVerified { get; init; } = true;

    /// <summary>The name to show.</summary>
    public string Name { get; init; } = "Åsa Öberg";

    /// <summary>What the provider does with this person.</summary>
    public ProviderBehaviour Behaviour { get; init; }
}
