using System.Collections.Frozen;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>Apple's podcast categories, which directories take (https://podcasters.apple.com/support/1691-apple-podcasts-categories).</summary>
public static class PodcastCategories
{
    /// <summary>Separates a category from its subcategory.</summary>
    public const string Separator = " / ";

    private static readonly FrozenSet<string> Known = All().ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether it is a category, or a category and one of its subcategories.</summary>
    public static bool Contains(string category) => Known.Contains(category);

    private static IEnumerable<string> All() =>
    [
        .. Category("Arts", "Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
        .. Category("Business", "Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
        .. Category("Comedy", "Comedy Interviews", "Improv", "Stand-Up"),
        .. Category("Education", "Courses", "How To", "Language Learning", "Self-Improvement"),
        .. Category("Fiction", "Comedy Fiction", "Drama", "Science Fiction"),
        .. Category("Government"),
        .. Category("Health & Fitness", "Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
        .. Category("History"),
        .. Category("Kids & Family", "Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
        .. Category("Leisure", "Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden", "Video Games"),
        .. Category("Music", "Music Commentary", "Music History", "Music Interviews"),
        .. Category("News", "Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News", "Tech News"),
        .. Category("Religion & Spirituality", "Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality"),
        .. Category("Science", "Astronomy", "Chemistry", "Earth Sciences", "Life Sciences", "Mathematics", "Natural Sciences", "Nature", "Physics", "Social Sciences"),
        .. Category("Society & Culture", "Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
        .. Category(
            "Sports", "Baseball", "Basketball", "Cricket", "Fantasy Sports", "Football", "Golf", "Hockey", "Rugby", "Running", "Soccer", "Swimming", "Tennis",
            "Volleyball", "Wilderness", "Wrestling"),
        .. Category("Technology"),
        .. Category("True Crime"),
        .. Category("TV & Film", "After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
    ];

    private static IEnumerable<string> Category(string name, params string[] subcategories) => subcategories.Select(one => name + Separator + one).Prepend(name);
}
