using AudioOrleans.Grains.Mail;

namespace AudioOrleans.Grains.Accounts;

/// <summary>The texts of an account's mails. Nothing in them was typed by whoever caused them, but for the address of a change.</summary>
public static class AccountMails
{
    /// <summary>To a new account's address.</summary>
    public static OutgoingMail Verification(string to, Uri platform, string link) => new(to, "Please confirm your e-mail address", Letter(
        platform,
        $"""
        welcome! Somebody, probably you, made an account with this address. Open this page to confirm that you read it:

        {link}

        The link is good for 24 hours.

        If it was not you: do nothing. Without the link nobody can use the account.
        """));

    /// <summary>To the address that an account is to have.</summary>
    public static OutgoingMail NewAddress(string to, Uri platform, string link) => new(to, "Please confirm your new e-mail address", Letter(
        platform,
        $"""
        somebody, probably you, wants to use this address for an account. Open this page to confirm that you read it:

        {link}

        The link is good for 24 hours. With it the account changes to this address, and you log in anew.

        If it was not you: do nothing, and the account keeps the address that it has.
        """));

    /// <summary>To the address that an account has and is to lose.</summary>
    public static OutgoingMail ChangeNotice(string to, string newEmail, Uri platform) => new(to, "Your e-mail address is about to change", Letter(
        platform,
        $"""
        somebody, probably you, wants to change the address of your account to {newEmail}. This happens as soon as the link that was sent there is followed.

        If it was not you: somebody knows your password. Set another one now; that also makes the link worthless.
        """));

    /// <summary>To one who does not know the password any more.</summary>
    public static OutgoingMail Reset(string to, Uri platform, string link) => new(to, "Set a new password", Letter(
        platform,
        $"""
        somebody, probably you, asked for a new password for your account. Open this page to set it:

        {link}

        The link is good for one hour. A new password logs you out everywhere.

        If it was not you: do nothing, and your password stays as it is.
        """));

    private static string Letter(Uri platform, string text) => $"Hello,\n\n{text}\n\n-- \n{platform}\n";
}
