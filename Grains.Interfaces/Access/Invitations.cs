using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Interfaces.Access;

/// <summary>Who was invited to something that is private.</summary>
/// <param name="AccountIds">By the ids of their accounts.</param>
/// <param name="Emails">By their addresses, normalized: whoever has verified one of them counts, now or later.</param>
[GenerateSerializer, Immutable, Alias("audio.access.invitations")]
public sealed record Invitations([property: Id(0)] ImmutableArray<Guid> AccountIds, [property: Id(1)] ImmutableArray<string> Emails)
{
    /// <summary>The most that one thing may have: all travel to each gateway that it is heard through.</summary>
    public const int Most = 500;

    /// <summary>Nobody.</summary>
    public static Invitations None { get; } = new([], []);

    /// <summary>Whether an account is among them.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="verifiedEmail">Its address, where it is verified.</param>
    public bool Include(Guid accountId, string? verifiedEmail) =>
        AccountIds.Contains(accountId) || (verifiedEmail is not null && Emails.Contains(verifiedEmail));

    /// <summary>Reads ids and addresses. Whether there are such accounts is not looked at: the answer must not tell.</summary>
    /// <param name="listeners">Each the id of an account or an e-mail address.</param>
    /// <param name="problem">What is wrong with one; null when nothing is.</param>
    public static Invitations Read(ImmutableArray<string> listeners, out FieldProblem? problem)
    {
        problem = listeners.Length > Most ? new FieldProblem("account_ids", $"Expected at most {Most} accounts, got {listeners.Length}.", FieldCodes.TooMany) : null;
        var (ids, emails) = (ImmutableArray.CreateBuilder<Guid>(), ImmutableArray.CreateBuilder<string>());
        for (var i = 0; i < listeners.Length && problem is null; i++)
        {
            if (Guid.TryParseExact(listeners[i], "D", out var id))
                ids.Add(id);
            else if (EmailAddress.Normalize(listeners[i]) is { } email)
                emails.Add(email);
            else
                problem = new FieldProblem($"account_ids[{i}]", "Expected the id of an account, or an e-mail address.", FieldCodes.NotAnId);
        }
        return new Invitations([.. ids.Distinct()], [.. emails.Distinct()]);
    }
}
