namespace Audio.Orleans.Contracts.Accounts;

/// <summary>A wish for another password by one who has no old one to show.</summary>
/// <param name="Token">The token of the mailed link.</param>
/// <param name="NewPassword">The password to be, in clear.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.reset-password")]
public sealed record ResetPassword([property: Id(0)] string Token, [property: Id(1)] string NewPassword)
{
    /// <summary>Keeps token and password out of logs.</summary>
    public override string ToString() => "ResetPassword";
}
